package io.artifactvault.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.foreign.Mutations;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever octets a client sends, in whatever pieces: no exception leaves the pipeline, no 500 comes back, no buffer stays. */
class RequestFuzzTest {
    private static final int ROUNDS = 2000;

    private static final List<String> SOUND = List.of(
            "GET /a?b=c HTTP/1.1\r\nHost: v\r\nRange: bytes=0-1, -5\r\nIf-None-Match: \"a\", W/\"b\"\r\nAccept: a/b;q=0.1, */*\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: v:80\r\nContent-Length: 5\r\nContent-Type: text/plain; charset=\"x\"\r\n\r\nhello",
            "POST http://v/a HTTP/1.1\r\nHost: v\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\nX: y\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nForwarded: for=\"[::1]\";proto=http\r\n\r\nGET / HTTP/1.0\r\n\r\n");

    @Test
    void nothingThatAClientSendsBreaksTheConnectionsCode() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            String octets = new Mutations(seed).of(SOUND.get(seed % SOUND.size()));
            assertThat(answered(octets, seed)).as("seed %d", seed).doesNotContain("HTTP/1.1 500");
        }
    }

    private static String answered(String octets, int seed) {
        Mutations pieces = new Mutations(seed);
        try (Connection connection = new Connection()) {
            for (int at = 0; at < octets.length() && connection.isOpen(); ) {
                int count = pieces.piece(octets.length() - at);
                connection.octets(octets.substring(at, at + count));
                at += count;
            }
            for (int i = 0; i < connection.answers.size(); i++) {
                connection.answer(i, "text");
            }
            String received = connection.received();
            connection.leave();
            connection.channel.checkException();
            assertThat(connection.isClean()).as("buffers of seed %d", seed).isTrue();
            return received;
        }
    }

    /** The list was matched by recursion: the stack ended, the connection was cut without an answer, and its buffer stayed. */
    @ParameterizedTest
    @ValueSource(strings = {"a, ", "gzip,", "a , ", "chunked,", ",", "a;b=c,"})
    void aTransferEncodingOfThousandsOfMembersIsAnswered(String member) {
        for (String last : List.of("chunked", "gzip")) {
            String value = member.repeat(7000 / member.length()) + last;
            try (Connection connection = new Connection()) {
                connection.octets("POST / HTTP/1.1\r\nHost: v\r\nTransfer-Encoding: " + value + "\r\n\r\n0\r\n\r\n");
                assertThat(connection.received()).startsWith("HTTP/1.1 ").containsAnyOf(" 400 ", " 501 ");
                connection.leave();
                assertThat(connection.isClean()).isTrue();
                assertThat(connection.asked).isEmpty();
            }
        }
    }
}
