package io.artifactvault.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8586, and RFC 9110 §7.6.3 with a name for each process. */
class LoopMarkTest {
    private static final String OTHER = "artifact-vault-00000000000000ff";
    private static final LoopMark MARK = new LoopMark("artifact-vault-0123456789abcdef");

    @Test
    void bothFieldsNameTheProcess() {
        Fields marked = MARK.on(Fields.of("Accept", "*/*"), List.of());
        assertThat(marked.all("Via")).containsExactly("1.1 artifact-vault-0123456789abcdef");
        assertThat(marked.all("CDN-Loop")).containsExactly("artifact-vault-0123456789abcdef");
        assertThat(marked.all("Accept")).containsExactly("*/*");
        assertThat(MARK.isIn(marked)).isTrue();
    }

    @Test
    void earlierMembersStayInFront() {
        Fields marked = MARK.on(Fields.of("Via", "1.0 a", "Via", "2 b", "CDN-Loop", "cdn; a=\"x, y\""), List.of(OTHER));
        assertThat(marked.all("Via"))
                .containsExactly("1.0 a, 2 b, 1.1 " + OTHER + ", 1.1 artifact-vault-0123456789abcdef");
        assertThat(marked.all("CDN-Loop"))
                .containsExactly("cdn; a=\"x, y\", " + OTHER + ", artifact-vault-0123456789abcdef");
    }

    @Test
    void aVaultThatIsNamedAlreadyIsNotNamedAgain() {
        Fields came = Fields.of("Via", "1.1 " + OTHER, "CDN-Loop", OTHER);
        assertThat(MARK.on(came, LoopMark.vaults(came)).all("CDN-Loop"))
                .containsExactly(OTHER + ", artifact-vault-0123456789abcdef");
    }

    @Test
    void eachProcessHasAnotherName() {
        Random random = new Random(1);
        LoopMark one = LoopMark.drawn(random);
        LoopMark two = LoopMark.drawn(random);
        assertThat(one).isNotEqualTo(two);
        assertThat(two.isIn(one.on(Fields.EMPTY, List.of()))).isFalse();
        assertThat(LoopMark.vaults(one.on(Fields.EMPTY, List.of()))).containsExactly(one.pseudonym());
    }

    /** What a client writes must not choose what others get. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cloudflare",
                "artifact-vault",
                "artifact-vault-0123456789abcdeg",
                "artifact-vault-0123456789abcdef0",
                "artifact-vault-0123456789abcde",
                "artifact-vault-0123456789\tabcde"
            })
    void onlyVaultsAreCopiedFromARequest(String name) {
        assertThat(LoopMark.vaults(Fields.of("CDN-Loop", name, "Via", "1.1 " + name)))
                .isEmpty();
    }

    @Test
    void noMoreThanEightVaultsAreCopied() {
        Random random = new Random(1);
        Fields.Builder fields = Fields.builder();
        for (int i = 0; i < 100; i++) {
            fields.add("CDN-Loop", LoopMark.drawn(random).pseudonym());
        }
        assertThat(LoopMark.vaults(fields.build())).hasSize(8);
        assertThat(MARK.isIn(fields.build())).isTrue();
    }

    @Test
    void otherProxiesAreRecognisedInCdnLoop() {
        String vault = "artifact-vault-00000000000000ff";
        assertThat(LoopMark.namesOthers(Fields.EMPTY)).isFalse();
        assertThat(LoopMark.namesOthers(Fields.of("CDN-Loop", vault))).isFalse();
        assertThat(LoopMark.namesOthers(Fields.of("CDN-Loop", vault + ";a=1, , " + vault)))
                .isFalse();
        assertThat(LoopMark.namesOthers(Fields.of("CDN-Loop", vault + ", cdn"))).isTrue();
        assertThat(LoopMark.namesOthers(Fields.of("CDN-Loop", vault, "CDN-Loop", "cdn; v=1")))
                .isTrue();
    }
}
