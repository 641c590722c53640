package io.artifactvault.backend.huggingface.links;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.huggingface.Hubs;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PagingLinksTest {
    private static final String MOUNT = "http://vault:8080/huggingface/";
    private final PagingLinks links = new PagingLinks(URI.create(Hubs.BASE), MOUNT);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/models?limit=1000&cursor=ZXlKbWFXeGxY%3D%3D",
                "api/models/acme/tiny/tree/main?recursive=true&expand=false&limit=1000&cursor=a%2Bb%2fc%3d+d=",
                "api/models?expand[]=sha&cursor=x,y;z",
                "api/models/acme/tiny/tree/refs%2Fpr%2F1/a%2Fb?cursor=$1\\2",
                "api/models?next=https://huggingface.co/api/models",
                ""
            })
    void pathAndQueryStayByteForByte(String target) {
        assertThat(links.rewrite("<https://huggingface.co/" + target + ">; rel=\"next\""))
                .contains("<" + MOUNT + target + ">; rel=\"next\"");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            '<https://huggingface.co/a>;rel="next"'
            '<https://huggingface.co/a>;   rel="next"'
            '<https://huggingface.co/a> ; rel="next"'
            '<http://other.example:81/a>; rel="next"'
            '</a>; rel="next"'
            """)
    void everyLayoutIsRewrittenToTheOneThatClientsRead(String field) {
        assertThat(links.rewrite(field)).contains("<" + MOUNT + "a>; rel=\"next\"");
    }

    @Test
    void severalLinksKeepTheirOrderWithoutXetLinks() {
        assertThat(links.rewrite("<https://huggingface.co/a?x=1,2>; rel=\"first\", "
                        + "<https://huggingface.co/t>; rel=\"xet-auth\", "
                        + "<https://cas-server.xethub.hf.co/v1/r>; rel=\"xet-reconstruction-info\","
                        + "<https://huggingface.co/b>; rel=\"next\""))
                .contains("<" + MOUNT + "a?x=1,2>; rel=\"first\", <" + MOUNT + "b>; rel=\"next\"");
    }

    @Test
    void aFieldWithOnlyXetLinksIsRemoved() {
        assertThat(links.rewrite("<https://huggingface.co/t>; rel=\"xet-auth\""))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "next", "<unclosed; rel=\"next\""})
    void aMalformedLinkIsRemoved(String field) {
        assertThat(links.rewrite(field)).isEmpty();
    }

    @Test
    void thePathOfTheUpstreamBaseIsNotRepeatedBelowTheMount() {
        PagingLinks mirrored = new PagingLinks(URI.create("https://mirror.example/hub"), MOUNT);

        assertThat(mirrored.rewrite("<https://mirror.example/hub/api/models?c=1>; rel=\"next\""))
                .contains("<" + MOUNT + "api/models?c=1>; rel=\"next\"");
        assertThat(mirrored.rewrite("<https://mirror.example/hubbub/api>; rel=\"next\""))
                .contains("<" + MOUNT + "hubbub/api>; rel=\"next\"");
    }
}
