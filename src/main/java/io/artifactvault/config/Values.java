package io.artifactvault.config;

import io.artifactvault.backend.CorsOrigins;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.CaBundle;
import io.artifactvault.origin.NoProxy;
import io.artifactvault.origin.OutboundProxy;
import io.artifactvault.server.ProxyNetwork;
import io.artifactvault.store.Verify;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses values that are not numbers. */
final class Values {
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.%a-z]*");
    private static final Pattern HOST_AND_PORT = Pattern.compile("[^:]+:\\d+|\\[.*]:\\d+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern PREFIX = Pattern.compile("/(?:[A-Za-z0-9._~-]+/)*");
    private static final Pattern DOTS = Pattern.compile("/\\.\\.?/");
    private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");

    private static final int MAX_PREFIX = 256;

    /** Request fields that the vault itself sets in each request to an origin. */
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private Values() {}

    static boolean truth(String text) throws BadValueException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw BadValueException.of("must be true or false");
        };
    }

    /** Parses all, none, or a list in one text, as an environment variable gives it. */
    static PrivateTargets privateTargets(String text) throws BadValueException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> PrivateTargets.ALL;
            case "false" -> PrivateTargets.NONE;
            default -> {
                List<PrivateTargets.Listed> listed = new ArrayList<>();
                for (String entry : text.split(",", -1)) {
                    listed.add(privateTarget(notMistyped(entry.strip())));
                }
                yield new PrivateTargets(false, listed);
            }
        };
    }

    /** Rejects a host name of one label outside a list's brackets, because it may be a misspelled true or false. */
    private static String notMistyped(String entry) throws BadValueException {
        if (entry.isEmpty() || entry.contains(".") || entry.contains(":") || entry.contains("/")) {
            return entry;
        }
        throw BadValueException.of(
                "must be true, false, or a list of hosts and networks such as [cdn.internal, 10.2.0.0/16]");
    }

    /** Parses one host or network of a list. */
    static PrivateTargets.Listed privateTarget(String text) throws BadValueException {
        try {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "" -> throw BadValueException.of("must not contain an empty item between two commas");
                case "true", "false", "yes", "no", "on", "off" ->
                    throw BadValueException.of("must be true, false, or a list of hosts and networks");
                default -> PrivateTargets.parse(text);
            };
        } catch (IllegalArgumentException e) {
            throw BadValueException.of("must " + e.getMessage());
        }
    }

    static int port(String text) throws BadValueException {
        return Quantities.integer(text, 0, 65_535);
    }

    static String host(String text) throws BadValueException {
        if (HOST_AND_PORT.matcher(text).matches()) {
            throw BadValueException.of("must be an address without a port, which has a separate setting");
        }
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!HOST.matcher(bare).matches()) {
            throw BadValueException.of("must be an address or host name such as 0.0.0.0, 127.0.0.1 or ::");
        }
        return bare;
    }

    /** A host name as clients request it: in lower case, without a port. */
    static String virtualHost(String text) throws BadValueException {
        if (HOST_AND_PORT.matcher(text).matches()) {
            throw BadValueException.of("must be host names without ports; each applies to every port");
        }
        if (!HOST.matcher(text).matches()) {
            throw BadValueException.of("must be host names such as hub.local");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    /** A host name in lower case, alone or with a port; an IPv6 address before a port is in brackets. */
    static String hostAndPort(String text) throws BadValueException {
        boolean hasPort = HOST_AND_PORT.matcher(text).matches();
        int end = hasPort ? text.lastIndexOf(':') : text.length();
        try {
            int port = hasPort ? Integer.parseInt(text.substring(end + 1)) : 1;
            String host = new OriginId("https", text.substring(0, end), port).host();
            if (HOST.matcher(host).matches()) {
                String shown = host.contains(":") && hasPort ? "[" + host + "]" : host;
                return hasPort ? shown + ":" + port : shown;
            }
        } catch (IllegalArgumentException e) {
            // The message is the same as for other text that is not a host.
        }
        throw BadValueException.of("must be host names such as auth.example.com or auth.example.com:8443");
    }

    /** A user name (RFC 7617 §2). */
    static String user(String text) throws BadValueException {
        if (text.contains(":") || !isPrintable(text)) {
            throw BadValueException.of("must be a user name without a colon or control characters");
        }
        return text;
    }

    /** Parses a password; the message never contains it. */
    static String password(String text) throws BadValueException {
        if (!isPrintable(text)) {
            throw BadValueException.secret("must not contain control characters");
        }
        return text;
    }

    private static boolean isPrintable(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }

    /** An instant, or a date, which means its last moment in UTC. */
    static Instant lastMoment(String text) throws BadValueException {
        try {
            return text.contains("T") || text.contains("t")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text)
                            .plusDays(1)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                            .minusNanos(1);
        } catch (DateTimeException e) {
            throw BadValueException.of("must be a date such as 2026-03-01 or an instant such as 2026-03-01T12:00:00Z");
        }
    }

    static String name(String text) throws BadValueException {
        if (!NAME.matcher(text).matches()) {
            throw BadValueException.of("must be up to 64 letters, digits, dots, hyphens and underscores");
        }
        return text;
    }

    /** Parses a server's token; the message never contains it. */
    static Credential token(String text) throws BadValueException {
        if (!TOKEN.matcher(text).matches()) {
            throw BadValueException.secret("must be one word of visible ASCII characters, without \"Bearer\"");
        }
        return Credential.bearer(text);
    }

    /** A method as in a request line; case-sensitive. */
    static String method(String text) throws BadValueException {
        if (!FIELD_NAME.matcher(text).matches()) {
            throw BadValueException.of("must be a method such as GET");
        }
        return text;
    }

    /** The name of a header field, in lower case. */
    static String fieldName(String text) throws BadValueException {
        if (!FIELD_NAME.matcher(text).matches()) {
            throw BadValueException.of("must be the name of a header field, such as Set-Cookie");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    /** A header field; the message never contains its value, which may be a secret. */
    static Fields field(String text) throws BadValueException {
        int colon = text.indexOf(':');
        if (colon < 0 || !FIELD_NAME.matcher(text.substring(0, colon)).matches()) {
            throw BadValueException.secret("must be a header field in quotes, such as \"X-Name: value\"");
        }
        String value = text.substring(colon + 1).strip();
        if (!value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c < 0x7f))) {
            throw BadValueException.secret("must have a value of printable ASCII characters");
        }
        return Fields.of(text.substring(0, colon), value);
    }

    /** A field to add to requests; fields that the vault sets itself are not allowed. */
    static Fields requestField(String text) throws BadValueException {
        Fields field = field(text);
        String name = text.substring(0, text.indexOf(':'));
        if (name.equalsIgnoreCase("Authorization")) {
            throw BadValueException.secret("cannot add Authorization: the vault sends only the credentials of clients"
                    + " to an origin; have the clients send it, or a proxy between the vault and the origin");
        }
        if (OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
            throw BadValueException.secret("cannot add " + name + ", which the vault sets itself; remove the line");
        }
        return field;
    }

    /** A mount's path, with a slash at both ends. */
    static String prefix(String text) throws BadValueException {
        String closed = text.endsWith("/") ? text : text + "/";
        if (!text.startsWith("/")) {
            throw BadValueException.of("must start with a slash, such as /huggingface/");
        }
        if (closed.contains("//") || DOTS.matcher(closed).find()) {
            throw BadValueException.of("must have neither empty segments (//) nor . or .. between its slashes");
        }
        if (closed.length() > MAX_PREFIX) {
            throw BadValueException.of("must not be longer than " + MAX_PREFIX + " characters");
        }
        if (!PREFIX.matcher(closed).matches()) {
            throw BadValueException.of("may contain only letters, digits and . _ ~ - between slashes");
        }
        return closed;
    }

    /** The URL of an upstream, without a slash at its end. */
    static URI url(String text) throws BadValueException {
        return url(text, "https://huggingface.co");
    }

    private static URI url(String text, String example) throws BadValueException {
        URI uri = uri(trimmed(text), example);
        if (uri.getRawUserInfo() != null) {
            throw BadValueException.secret("must not contain a user name or password (the part before @)");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw BadValueException.secret("must have neither a query (?) nor a fragment (#)");
        }
        try {
            OriginId.of(uri);
        } catch (IllegalArgumentException e) {
            throw notAnUrl(example, uri.getHost() == null && uri.getRawAuthority() != null ? uri : null);
        }
        return uri;
    }

    /** The origin of web pages as browsers send it, or * for every origin. */
    static String corsOrigin(String text) throws BadValueException {
        if (text.equals(CorsOrigins.ANY)) {
            return text;
        }
        URI uri = url(text, "https://lab.example");
        if (!uri.getRawPath().isEmpty()) {
            throw BadValueException.of("must be origins such as https://lab.example, without a path, or \"*\"");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    /** Parses a public URL, which has only scheme and authority. */
    static String publicUrl(String text) throws BadValueException {
        URI uri = url(text, "https://vault.example.com");
        if (!uri.getRawPath().isEmpty()) {
            throw BadValueException.of("must end after the host and port; the vault appends the prefixes of backends");
        }
        return uri.toString();
    }

    /** Parses a proxy; the message never contains the value, which may contain a password. */
    static OutboundProxy proxy(String text) throws BadValueException {
        try {
            return OutboundProxy.parse(text);
        } catch (IllegalArgumentException e) {
            throw BadValueException.secret(String.valueOf(e.getMessage()));
        }
    }

    static NoProxy noProxy(String text) throws BadValueException {
        NoProxy parsed = NoProxy.parse(text);
        Optional<String> bad = parsed.malformed();
        if (bad.isPresent()) {
            throw BadValueException.secret("must list host names, addresses and networks such as 10.0.0.0/8, not "
                    + ErrorText.shown(bad.get()));
        }
        return parsed;
    }

    /** A network or an address whose proxies are trusted. */
    static ProxyNetwork proxyNetwork(String text) throws BadValueException {
        try {
            return ProxyNetwork.parse(text);
        } catch (IllegalArgumentException e) {
            throw BadValueException.of(String.valueOf(e.getMessage()));
        }
    }

    static CaBundle caBundle(String text) throws BadValueException {
        try {
            return CaBundle.read(path(text));
        } catch (IOException e) {
            throw BadValueException.secret(String.valueOf(e.getMessage()));
        }
    }

    static Path path(String text) throws BadValueException {
        if (text.startsWith("~")) {
            throw BadValueException.of("must not begin with ~, which only shells expand; write ${HOME} instead");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw BadValueException.of("must be a path");
        }
    }

    private static URI uri(String text, String example) throws BadValueException {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            if (text.contains("@")) {
                throw BadValueException.secret("must be an absolute http or https URL without user name or password");
            }
            throw notAnUrl(example, null);
        }
    }

    private static String trimmed(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '/') {
            end--;
        }
        return text.substring(0, end);
    }

    private static BadValueException notAnUrl(String example, @Nullable URI strangeHost) {
        String hint = strangeHost == null ? "" : " with a host name of letters, digits, dots and hyphens";
        String reason = "must be an absolute http or https URL such as " + example + hint;
        boolean secret = strangeHost != null && strangeHost.getRawAuthority().contains("@");
        return secret ? BadValueException.secret(reason) : BadValueException.of(reason);
    }

    static Verify verify(String text) throws BadValueException {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "start" -> Verify.START;
            case "always" -> Verify.ALWAYS;
            case "never" -> Verify.NEVER;
            default -> throw BadValueException.of("must be start, always or never");
        };
    }
}
