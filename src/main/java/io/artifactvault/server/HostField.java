package io.artifactvault.server;

import io.artifactvault.http.Scan;
import java.net.Inet6Address;

/**
 * The value of a Host field (RFC 9110 §7.2), or the authority of a target: a name or an address, and an optional port.
 */
final class HostField {
    private HostField() {}

    /** Whether the value is a valid host and port, so that a URI can be built from it. */
    static boolean isSound(String value) {
        int end = value.startsWith("[") ? value.indexOf(']') + 1 : Scan.skip(value, 0, HostField::isNameCharacter);
        return end > 0 && isHost(value.substring(0, end)) && isPort(value.substring(end));
    }

    private static boolean isHost(String host) {
        return !host.startsWith("[") || isIpv6(host.substring(1, host.length() - 1));
    }

    private static boolean isNameCharacter(char c) {
        return Scan.isLetter(c) || Scan.isDigit(c) || c == '.' || c == '_' || c == '~' || c == '-';
    }

    private static boolean isIpv6(String address) {
        boolean perhaps =
                address.indexOf(':') >= 0 && Scan.isMadeOf(address, c -> Scan.isHexDigit(c) || c == ':' || c == '.');
        try {
            return perhaps && Inet6Address.ofLiteral(address) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isPort(String port) {
        return port.isEmpty() || (port.startsWith(":") && Scan.isNumber(port.substring(1), 5));
    }

    /** The host of a valid value, without its port. */
    static String host(String value) {
        int colon = value.lastIndexOf(':');
        boolean port = colon > value.indexOf(']') && Scan.skip(value, colon + 1, Scan::isDigit) == value.length();
        return port ? value.substring(0, colon) : value;
    }
}
