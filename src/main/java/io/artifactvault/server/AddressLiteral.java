package io.artifactvault.server;

import java.net.InetAddress;
import java.util.Optional;

/** The text of an IP address, from a client's fields or the operator's settings. Stateless. */
final class AddressLiteral {
    private AddressLiteral() {}

    /** An address in canonical form, without a zone; no name is resolved. */
    static Optional<InetAddress> read(String text) {
        boolean four = text.indexOf(':') < 0;
        boolean usual = four
                ? text.chars().filter(c -> c == '.').count() == 3
                        && text.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))
                : text.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0);
        if (!usual || text.length() > 45) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
