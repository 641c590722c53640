package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Octets of the Hub and its CDN against RFC 9112, where they go another way than those of any origin: what is named by a digest is
 * asked for again, and JSON is read before it is kept. {@link AnswerParsingTest} has the whole grammar; the signs in the tables
 * are the same.
 */
class HubAnswerParsingTest extends HubStory {
    private static final String WEIGHTS = "acme/tiny/resolve/main/model.safetensors";
    private static final String MODEL = "api/models/acme/tiny";

    private static Fault raw(String octets) {
        return raw(octets, "");
    }

    /** @param content what stands for five {@code @} */
    private static Fault raw(String octets, String content) {
        String text = octets.replace("_", "\r\n")
                .replace('~', ' ')
                .replace('¬', '\n')
                .replace('¢', '\r')
                .replace('§', '\0')
                .replace("@@@@@", content);
        return reply -> {
            reply.sendRaw(text);
            return true;
        };
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "§2.2 | HTTP/1.1~200~OK¬Content-Length:~2__{}",
                "§2.2 | HTTP/1.1~200~OK_X:~a¢b_Content-Length:~2__{}",
                "§2.3 | HTTP/2.0~200~OK_Content-Length:~2__{}",
                "§4 | HTTP/1.1~20~OK_Content-Length:~2__{}",
                "§4 | HTTP/1.1~~200~OK_Content-Length:~2__{}",
                "§5 | HTTP/1.1~200~OK_X:~a§b_Content-Length:~2__{}",
                "§5.1 | HTTP/1.1~200~OK_Content-Length~:~2__{}",
                "§5.2 | HTTP/1.1~200~OK_X:~1_~2_Content-Length:~2__{}",
                "§6.1 | HTTP/1.1~200~OK_Transfer-Encoding:~chunked_Content-Length:~2__2_{}_0__",
                "§6.1 | HTTP/1.1~200~OK_Transfer-Encoding:~gzip,~chunked__2_{}_0__",
                "§6.3 | HTTP/1.1~200~OK_Content-Length:~2_Content-Length:~3__{}",
                "RFC 9110 §15.2.2 | HTTP/1.1~101~Switching~Protocols_Upgrade:~x_Connection:~upgrade__",
            })
    void aMalformedHeadGives502AndNothingIsKept(String section, String answer) throws Exception {
        for (String below : new String[] {MODEL, WEIGHTS}) {
            hub.failOnce(Asked.hub(), raw(answer));

            assertThat(stage.get(below).statusCode()).as(below).isEqualTo(502);
            HttpResponse<byte[]> again = stage.get(below);
            assertThat(again.statusCode()).as(below).isEqualTo(200);
            assertThat(again.body()).as(below).hasSizeGreaterThan(2);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "§7.1 | HTTP/1.1~200~OK_Content-Type:~application/json_Transfer-Encoding:~chunked__2_{}_zz__",
                "§7.1 | HTTP/1.1~200~OK_Content-Type:~application/json_Transfer-Encoding:~chunked__2_{}¬0__",
                "§7.1 | HTTP/1.1~200~OK_Content-Type:~application/json_Transfer-Encoding:~chunked__2_{}0__",
                "§7.1.2 | HTTP/1.1~200~OK_Content-Type:~application/json_Transfer-Encoding:~chunked__2_{}_0_Content-Length~:~1__",
                "§8 | HTTP/1.1~200~OK_Content-Type:~application/json_Transfer-Encoding:~chunked__2_{}_",
                "§8 | HTTP/1.1~200~OK_Content-Type:~application/json_Content-Length:~20__{}",
            })
    void jsonThatBreaksOffIsNeverWholeAndNeverKept(String section, String answer) throws Exception {
        hub.failOnce(Asked.hub(), raw(answer));

        assertThat(isWhole()).isFalse();
        assertThat(stage.get(MODEL).body()).hasSizeGreaterThan(2);
    }

    private boolean isWhole() throws InterruptedException {
        try {
            return stage.get(MODEL).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private byte[] weights() {
        return hub.repositories().stream()
                .filter(repository -> repository.id().equals("acme/tiny"))
                .findFirst()
                .orElseThrow()
                .at("model.safetensors")
                .content()
                .bytes();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "§7.1 | HTTP/1.1~200~OK_Transfer-Encoding:~chunked__5_@@@@@_zz__",
                "§7.1.2 | HTTP/1.1~200~OK_Transfer-Encoding:~chunked__5_@@@@@_0_X~:~1__",
                "§8 | HTTP/1.1~200~OK_Content-Length:~204800__@@@@@",
                "§6.3 | HTTP/1.1~200~OK_Content-Length:~5__@@@@@",
            })
    void aFileThatBreaksOffIsNeverWholeAndIsTakenUpAgain(String section, String answer) throws Exception {
        byte[] file = weights();
        String beginning = new String(file, 0, 5, StandardCharsets.ISO_8859_1);
        hub.failOnce(Asked.cdn(), raw(answer, beginning));
        try {
            HttpResponse<byte[]> got = stage.get(WEIGHTS);
            assertThat(got.statusCode() == 200).isEqualTo(got.body().length == file.length);
        } catch (IOException cut) {
            assertThat(cut).as("a connection that was closed short").isNotNull();
        }

        assertThat(stage.get(WEIGHTS).body()).isEqualTo(file);
    }
}
