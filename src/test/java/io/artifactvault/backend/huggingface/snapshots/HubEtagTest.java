package io.artifactvault.backend.huggingface.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Digest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubEtagTest {
    private static final String EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final String EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

    @ParameterizedTest
    @CsvSource({
        EMPTY_SHA256 + ", sha256:" + EMPTY_SHA256,
        EMPTY_BLOB + ", git-sha1:" + EMPTY_BLOB,
        "E69DE29BB2D1D6434B8B29AE775AD8C2E48C5391, git-sha1:" + EMPTY_BLOB,
    })
    void theHubsTagsAreDigests(String opaque, String digest) {
        assertThat(HubEtag.digest(opaque).map(Digest::toString)).contains(digest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "abc", "e69de29bb2d1d6434b8b29ae775ad8c2e48c539g", "d41d8cd98f00b204e9800998ecf8427e-3"})
    void otherTagsAreNoDigests(String opaque) {
        assertThat(HubEtag.digest(opaque)).isEmpty();
    }
}
