package io.artifactvault.origin.address;

import java.net.InetAddress;
import java.util.List;

/**
 * Distinguishes public addresses from all others. Pure; called by tasks and fills for every address before a connection
 * and for the address of the open connection. IPv6 addresses that carry an IPv4 address inside (mapped, NAT64, 6to4,
 * Teredo, ISATAP) are as private as the address inside. Addresses that are not known to be public are private.
 */
final class AddressPolicy {
    /**
     * The IANA special-purpose registry for IPv4, and the address of Azure's platform services for virtual machines.
     */
    private static final List<Block> PRIVATE_V4 = List.of(
            Block.of(0, 0, 0, 0, 8),
            Block.of(10, 0, 0, 0, 8),
            Block.of(100, 64, 0, 0, 10),
            Block.of(127, 0, 0, 0, 8),
            Block.of(168, 63, 129, 16, 32),
            Block.of(169, 254, 0, 0, 16),
            Block.of(172, 16, 0, 0, 12),
            Block.of(192, 0, 0, 0, 24),
            Block.of(192, 0, 2, 0, 24),
            Block.of(192, 88, 99, 0, 24),
            Block.of(192, 168, 0, 0, 16),
            Block.of(198, 18, 0, 0, 15),
            Block.of(198, 51, 100, 0, 24),
            Block.of(203, 0, 113, 0, 24),
            Block.of(224, 0, 0, 0, 4),
            Block.of(240, 0, 0, 0, 4));

    private record Block(int network, int bits) {
        static Block of(int a, int b, int c, int d, int bits) {
            return new Block(a << 24 | b << 16 | c << 8 | d, bits);
        }

        boolean holds(int address) {
            return (address ^ network) >>> (32 - bits) == 0;
        }
    }

    private AddressPolicy() {}

    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? isPublicV4(v4At(bytes, 0)) : isPublicV6(bytes);
    }

    private static boolean isPublicV4(int address) {
        return PRIVATE_V4.stream().noneMatch(block -> block.holds(address));
    }

    private static boolean isPublicV6(byte[] bytes) {
        int first = word(bytes, 0);
        int second = word(bytes, 1);
        if (first == 0x64 && second == 0xff9b) {
            return isWellKnownNat64(bytes) && isPublicV4(v4At(bytes, 12));
        }
        // Everything outside 2000::/3 is loopback, mapped, unique local, link-local, site-local, multicast or reserved.
        if (first >>> 13 != 1 || isSpecialV6(first, second) || isPrivateIsatap(bytes)) {
            return false;
        }
        if (first == 0x2002) {
            return isPublicV4(v4At(bytes, 2));
        }
        boolean teredo = first == 0x2001 && second == 0;
        return !teredo || (isPublicV4(v4At(bytes, 4)) && isPublicV4(~v4At(bytes, 12)));
    }

    /** Whether the address is in 64:ff9b::/96 (RFC 6052); 64:ff9b:1::/48 is for local use (RFC 8215). */
    private static boolean isWellKnownNat64(byte[] bytes) {
        return word(bytes, 2) == 0 && word(bytes, 3) == 0 && word(bytes, 4) == 0 && word(bytes, 5) == 0;
    }

    private static boolean isSpecialV6(int first, int second) {
        boolean protocol = first == 0x2001 && second != 0 && second < 0x200; // 2001::/23 except Teredo
        boolean documentation = (first == 0x2001 && second == 0x0db8) || (first == 0x3fff && second < 0x1000);
        return protocol || documentation;
    }

    /**
     * Whether the address has the interface identifier {@code 0:5efe:a.b.c.d} or {@code 200:5efe:a.b.c.d} (RFC 5214).
     */
    private static boolean isPrivateIsatap(byte[] bytes) {
        boolean isatap = (word(bytes, 4) & ~0x200) == 0 && word(bytes, 5) == 0x5efe;
        return isatap && !isPublicV4(v4At(bytes, 12));
    }

    private static int word(byte[] bytes, int index) {
        return (bytes[2 * index] & 0xff) << 8 | (bytes[2 * index + 1] & 0xff);
    }

    private static int v4At(byte[] bytes, int offset) {
        return (bytes[offset] & 0xff) << 24
                | (bytes[offset + 1] & 0xff) << 16
                | (bytes[offset + 2] & 0xff) << 8
                | (bytes[offset + 3] & 0xff);
    }
}
