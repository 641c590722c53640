package io.artifactvault.cache.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.artifactvault.cache.request.TokenSettings;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Scan;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The JSON of a token service (distribution specification of OCI, RFC 6749 §5.1): {@code token} or, if that is missing,
 * empty or not a string, {@code access_token}; and {@code expires_in} in seconds from the time of the request, if that
 * is a number and can be a lifetime. Pure except for the counts.
 */
record TokenResponse(TokenSettings settings, TokenLimit.Counts limits) {
    /** Accepts numbers of any length, because the size of the response is limited. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

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
                    seconds = seconds(Double.parseDouble(parser.getText()));
                }
            }
        }
        return new Token(
                credential(token.isEmpty() ? accessToken : token),
                askedAt.plus(lifetime(seconds)).minus(settings.margin()));
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

    /**
     * The lifetime in whole seconds; empty if the number cannot be one: it is negative, or a fraction of one second.
     */
    private static Optional<Long> seconds(double number) {
        return number == 0 || number >= 1 ? Optional.of((long) number) : Optional.empty();
    }

    private Duration lifetime(Optional<Long> seconds) {
        long most = settings.maxTtl().toSeconds();
        long given = seconds.orElse(settings.ttl().toSeconds());
        if (given > most) {
            limits.reached(TokenLimit.LIFETIME);
        }
        return Duration.ofSeconds(Math.min(given, most));
    }
}
