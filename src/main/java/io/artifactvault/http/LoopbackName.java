package io.artifactvault.http;

import java.net.Inet6Address;
import java.util.Locale;

/**
 * Recognizes host names of this machine by their spelling alone, without a resolver: {@code localhost}, an address of
 * 127.0.0.0/8 in four decimal numbers, and ::1. Any other name may resolve to any address: {@code 127.evil.example} is
 * a name.
 */
public final class LoopbackName {
    private static final int OCTETS = 4;

    private LoopbackName() {}

    /** @param host a name or an address; IPv6 with brackets or without */
    public static boolean is(String host) {
        if (host.toLowerCase(Locale.ROOT).equals("localhost")) {
            return true;
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            return isIpv6(host.substring(1, host.length() - 1));
        }
        return host.indexOf(':') >= 0 ? isIpv6(host) : isIpv4(host);
    }

    private static boolean isIpv4(String host) {
        int from = 0;
        for (int i = 1; i < OCTETS; i++) {
            int dot = host.indexOf('.', from);
            if (dot < 0 || !isOctet(host.substring(from, dot))) {
                return false;
            }
            from = dot + 1;
        }
        return host.startsWith("127.") && isOctet(host.substring(from));
    }

    /** Whether the text is a decimal octet without leading zeros; some parsers read leading zeros as octal. */
    private static boolean isOctet(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && (text.length() == 1 || text.charAt(0) != '0') && Integer.parseInt(text) <= 255;
    }

    private static boolean isIpv6(String literal) {
        try {
            return literal.indexOf('%') < 0
                    && Inet6Address.ofLiteral(literal) instanceof Inet6Address address
                    && address.isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
