package io.artifactvault.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The private addresses that a request may reach: all, none, or those that an operator listed. Immutable, without I/O;
 * callers do not use it for public addresses.
 *
 * @param all whether every private address may be reached
 * @param listed the hosts, domains and networks that may be reached if {@code all} is false
 */
public record PrivateTargets(boolean all, List<Listed> listed) {
    public static final PrivateTargets ALL = new PrivateTargets(true, List.of());
    public static final PrivateTargets NONE = new PrivateTargets(false, List.of());

    private static final String ANY_LABELS = "*.";
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;
    private static final int V4_BYTES = 4;

    /** One entry of the list. */
    public sealed interface Listed {}

    /**
     * A host, at any address. It permits no other host, not even one at the same address.
     *
     * @param name in lower case, without a dot at the end
     */
    public record ListedHost(String name) implements Listed {}

    /**
     * All hosts below a domain, but not the domain itself.
     *
     * @param suffix the domain with a dot before it
     */
    public record ListedDomain(String suffix) implements Listed {}

    /**
     * The addresses of a network, under any host name.
     *
     * @param address the first address of the network
     */
    public record ListedNetwork(InetAddress address, int bits) implements Listed {
        boolean holds(InetAddress other) {
            byte[] ours = address.getAddress();
            byte[] theirs = other.getAddress();
            return ours.length == theirs.length && startsAlike(ours, theirs, bits);
        }
    }

    public PrivateTargets {
        listed = List.copyOf(listed);
    }

    /** The listed targets, as parsed by {@link #parse}. */
    public static PrivateTargets of(String... texts) {
        return new PrivateTargets(
                false, Arrays.stream(texts).map(PrivateTargets::parse).toList());
    }

    /**
     * Whether a private address of a host may be connected to.
     *
     * @param host as in an origin: in lower case, an IPv6 address without brackets
     * @param address the address of the connection
     */
    public boolean permit(String host, InetAddress address) {
        return permitByName(host)
                || listed.stream().anyMatch(entry -> entry instanceof ListedNetwork network && network.holds(address));
    }

    /** Whether a host may be connected to regardless of its address. */
    public boolean permitByName(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return all
                || listed.stream().anyMatch(entry -> switch (entry) {
                    case ListedHost(String exactly) -> name.equals(exactly);
                    case ListedDomain(String suffix) -> name.endsWith(suffix) && name.length() > suffix.length();
                    case ListedNetwork _ -> false;
                });
    }

    /**
     * Parses one entry: a host name, a pattern such as {@code *.cdn.internal}, an address, or a network such as
     * {@code 10.2.0.0/16}.
     *
     * @throws IllegalArgumentException when it is none of these; the message continues after "must"
     */
    public static Listed parse(String text) {
        String plain = text.toLowerCase(Locale.ROOT);
        int slash = plain.indexOf('/');
        if (slash >= 0) {
            return network(plain.substring(0, slash), plain.substring(slash + 1));
        }
        if (plain.contains(":") || isNumeric(plain)) {
            InetAddress address = address(plain);
            return new ListedNetwork(address, address.getAddress().length * Byte.SIZE);
        }
        if (plain.startsWith(ANY_LABELS)) {
            return new ListedDomain("." + name(plain.substring(ANY_LABELS.length())));
        }
        return new ListedHost(name(plain.endsWith(".") ? plain.substring(0, plain.length() - 1) : plain));
    }

    private static ListedNetwork network(String address, String bits) {
        InetAddress first = address(address);
        int most = first.getAddress().length * Byte.SIZE;
        OptionalInt length = number(bits, most);
        if (length.isEmpty()) {
            throw new IllegalArgumentException("have a number of bits from 0 to " + most + " after the slash");
        }
        if (hasBitsBeyond(first.getAddress(), length.getAsInt())) {
            throw new IllegalArgumentException(
                    "name the first address of the network: all bits after bit " + length.getAsInt() + " must be 0");
        }
        return new ListedNetwork(first, length.getAsInt());
    }

    private static OptionalInt number(String text, int most) {
        boolean digits = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(PrivateTargets::isDigit);
        boolean plain = digits && (text.length() == 1 || text.charAt(0) != '0');
        int number = plain ? Integer.parseInt(text) : most + 1;
        return number <= most ? OptionalInt.of(number) : OptionalInt.empty();
    }

    /**
     * Parses an address. Accepts only spellings that all parsers read alike: no octal or hexadecimal parts, no missing
     * parts, no zone.
     */
    private static InetAddress address(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        try {
            if (bare.contains(":") && !bare.contains("%")) {
                // An IPv4-mapped IPv6 address is returned as IPv4, like the address of a connection.
                return Inet6Address.ofLiteral(bare);
            }
            InetAddress address = Inet4Address.ofLiteral(bare);
            if (address.getAddress().length == V4_BYTES
                    && address.getHostAddress().equals(text)) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // The other spellings of an IPv4 address are handled below.
        }
        throw new IllegalArgumentException("be a host name, a pattern such as *.cdn.internal, an IP address such as"
                + " 10.2.0.7 or fd00::7, or a network such as 10.2.0.0/16 or fd00::/8");
    }

    private static boolean startsAlike(byte[] one, byte[] other, int bits) {
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % Byte.SIZE);
            if (((one[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasBitsBeyond(byte[] address, int bits) {
        for (int bit = bits; bit < address.length * Byte.SIZE; bit++) {
            if ((address[bit / Byte.SIZE] & (0x80 >> (bit % Byte.SIZE))) != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the text ends in a number. Many parsers read such text as an obsolete spelling of an address, and it is
     * not a valid name (RFC 3696 §2).
     */
    private static boolean isNumeric(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        String last = name.substring(name.lastIndexOf('.') + 1);
        boolean hexadecimal = last.startsWith("0x");
        return hexadecimal || (!last.isEmpty() && last.chars().allMatch(PrivateTargets::isDigit));
    }

    private static String name(String text) {
        boolean sound = text.length() <= LONGEST_NAME && isMadeOfLabels(text);
        if (!sound || isNumeric(text)) {
            throw new IllegalArgumentException(
                    "be a host name of letters, digits, dots and hyphens, with no port and no"
                            + " scheme; a star may replace only the first labels, as in *.cdn.internal");
        }
        return text;
    }

    private static boolean isMadeOfLabels(String text) {
        int from = 0;
        for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', from)) {
            if (!isLabel(text.substring(from, dot))) {
                return false;
            }
            from = dot + 1;
        }
        return isLabel(text.substring(from));
    }

    private static boolean isLabel(String label) {
        return !label.isEmpty()
                && label.length() <= LONGEST_LABEL
                && !label.startsWith("-")
                && !label.endsWith("-")
                && label.chars().allMatch(c -> (c >= 'a' && c <= 'z') || isDigit(c) || c == '-' || c == '_');
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
