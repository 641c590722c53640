package io.artifactvault.cache.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.cache.request.TokenSettings;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Scan;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The JSON of a token service (distribution specification of OCI, RFC 6749 §5.1): {@code token} or,
 * if that is missing, empty or no string, {@code access_token}; and {@code expires_in} in seconds from the time of the request. Pure except for the counts.
 */
record TokenResponse(TokenSettings settings, TokenLimit.Counts limits) {
    private static final JsonFactory JSON = new JsonFactory();

    /** @throws IOException if it contains no token that can be sent */
    Token read(byte[] json, Instant askedAt) throws IOException {
        String token = "";
        String accessToken = "";
        Optional<Long> seconds = Optional.empty();
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value.isStructStart()) {
                    parser.skipChildren();
                } else if (value == JsonToken.VALUE_STRING && name.equals("token")) {
                    token = parser.getText();
                } else if (value == JsonToken.VALUE_STRING && name.equals("access_token")) {
                    accessToken = parser.getText();
                } else if (value.isNumeric() && name.equals("expires_in")) {
                    seconds = Optional.of(parser.getValueAsLong());
                }
            }
        }
        return new Token(credential(token.isEmpty() ? accessToken : token), askedAt.plus(lifetime(seconds)).minus(settings.margin()));
    }

    private Credential credential(String token) throws IOException {
        if (token.length() > settings.maxSize()) {
            limits.reached(TokenLimit.SIZE);
            throw new IOException("the token is too long");
        }
        if (token.isEmpty() || !Scan.isMadeOf(token, c -> c > ' ' && c < 0x7f)) {
            throw new IOException("no token");
        }
        return Credential.bearer(token);
    }

    private Duration lifetime(Optional<Long> seconds) {
        long most = settings.maxTtl().toSeconds();
        long given = Math.max(0, seconds.orElse(settings.ttl().toSeconds()));
        if (given > most) {
            limits.reached(TokenLimit.LIFETIME);
        }
        return Duration.ofSeconds(Math.min(given, most));
    }
}
