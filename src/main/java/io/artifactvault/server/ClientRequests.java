package io.artifactvault.server;

import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Client;
import io.artifactvault.http.EarlyAnswers;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.RequestBody;
import io.artifactvault.http.Scan;
import io.artifactvault.http.Target;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;

/** Converts Netty's request heads to requests, and rejects those that are not well formed. Stateless. */
final class ClientRequests {
    private static final List<String> SCHEMES = List.of("http://", "https://");

    /** A request that cannot be understood; the message is a sentence for the client. */
    static final class BadRequestException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;

        BadRequestException(String message) {
            this(400, message);
        }

        BadRequestException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    private final Optional<String> publicUrl;

    ClientRequests(Optional<String> publicUrl) {
        this.publicUrl = publicUrl;
    }

    Request read(HttpRequest head, Optional<RequestBody> body) throws BadRequestException {
        return read(head, body, EarlyAnswers.NONE, Client.itself());
    }

    Request read(HttpRequest head, Optional<RequestBody> body, EarlyAnswers early, Client client)
            throws BadRequestException {
        try {
            Fields.Builder fields = Fields.builder();
            head.headers().forEach(line -> fields.add(line.getKey(), line.getValue()));
            String host = host(head);
            if (head.headers().contains(HttpHeaderNames.HOST)) {
                fields.set("Host", host);
            }
            String origin = originForm(head.uri());
            if (origin.length() > Target.MOST_CHARACTERS) {
                throw new BadRequestException(
                        414, "The request target is longer than " + Target.MOST_CHARACTERS + " characters.");
            }
            Target target = Target.parse(origin);
            return new Request(
                    head.method().name(),
                    target,
                    fields.build(),
                    publicUrl.orElse("http://" + host),
                    body,
                    early,
                    client);
        } catch (BadTargetException e) {
            throw new BadRequestException("The request target is not valid: " + e.getMessage() + ".");
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("The request has a malformed field: " + e.getMessage() + ".");
        }
    }

    /** Whether the request targets the server itself, in asterisk form (RFC 9112 §3.2.4). */
    static boolean isServerWide(HttpRequest head) throws BadRequestException {
        String _ = host(head);
        return head.method().equals(HttpMethod.OPTIONS) && head.uri().equals("*");
    }

    /**
     * A client that uses the vault as a forward proxy sends the absolute form; the authority in it never selects the
     * upstream.
     */
    static String originForm(String uri) {
        int authority = scheme(uri);
        if (authority == 0) {
            return uri;
        }
        String rest = uri.substring(endOfAuthority(uri, authority));
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    /** The length of the scheme of an absolute target, with its slashes; 0 for other targets. */
    private static int scheme(String uri) {
        return SCHEMES.stream()
                .filter(scheme -> uri.regionMatches(true, 0, scheme, 0, scheme.length()))
                .mapToInt(String::length)
                .findFirst()
                .orElse(0);
    }

    private static int endOfAuthority(String uri, int from) {
        return Scan.skip(uri, from, c -> c != '/' && c != '?' && c != '#');
    }

    /** The authority of an absolute target overrides the Host field (RFC 9112 §3.2.2), which must still be valid. */
    private static String host(HttpRequest head) throws BadRequestException {
        List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
        boolean needed = head.protocolVersion().equals(HttpVersion.HTTP_1_1);
        if (hosts.size() > 1 || (hosts.isEmpty() && needed)) {
            throw new BadRequestException("The request must have exactly one Host field.");
        }
        String host = hosts.isEmpty() ? "localhost" : hosts.getFirst();
        if (!HostField.isSound(host)) {
            throw new BadRequestException("The Host field is not a host and port.");
        }
        String authority = authority(head.uri()).orElse(host);
        if (!HostField.isSound(authority)) {
            throw new BadRequestException("The target's authority is not a host and port.");
        }
        return authority;
    }

    private static Optional<String> authority(String uri) {
        int authority = scheme(uri);
        return authority > 0 ? Optional.of(uri.substring(authority, endOfAuthority(uri, authority))) : Optional.empty();
    }
}
