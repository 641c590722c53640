package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.oci.MediaTypes.Group;
import io.artifactvault.http.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MediaTypesTest {
    private static final String OCI = "application/vnd.oci.image.";
    private static final String DOCKER = "application/vnd.docker.distribution.";

    private static String spelled(String text) {
        return text.replace("OCI.", OCI).replace("DOCKER.", DOCKER);
    }

    /** Lines of Accept are separated by a bar. */
    private static Fields accepting(String lines) {
        Fields.Builder fields = Fields.builder();
        for (String line : spelled(lines).split("\\|", -1)) {
            fields.add("Accept", line);
        }
        return fields.build();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            */*; ALL
            application/*; ALL
            application/json; ALL
            text/html; ALL
            application/vnd.example.unheard+json; ALL
            OCI.index.v1+json; ALL
            DOCKER.manifest.list.v2+json; ALL
            OCI.manifest.v1+json, OCI.index.v1+json; ALL
            OCI.manifest.v1+json|OCI.index.v1+json; ALL
            OCI.manifest.v1+json|DOCKER.manifest.v2+json|DOCKER.manifest.list.v2+json; ALL
            DOCKER.manifest.v2+json, */*; ALL
            DOCKER.manifest.v2+json, */*,q=0.1; ALL
            Application/Vnd.OCI.Image.Index.V1+JSON; ALL
            DOCKER.manifest.v2+json; WITHOUT_LISTS
            OCI.manifest.v1+json; WITHOUT_LISTS
            OCI.manifest.v1+json|DOCKER.manifest.v2+json; WITHOUT_LISTS
            application/vnd.oci.artifact.manifest.v1+json; WITHOUT_LISTS
            DOCKER.manifest.v2+json, DOCKER.manifest.v1+prettyjws; WITHOUT_LISTS
            DOCKER.manifest.v1+prettyjws; ONLY_FIRST_SCHEMA
            DOCKER.manifest.v1+json, DOCKER.manifest.v1+prettyjws; ONLY_FIRST_SCHEMA
            """)
    void clientsAreGroupedByWhatTheyAccept(String lines, Group group) {
        assertThat(Group.of(accepting(lines))).isEqualTo(group);
    }

    @Test
    void aTypeWithoutWeightIsNotAccepted() {
        assertThat(Group.of(accepting("OCI.index.v1+json;q=0, OCI.manifest.v1+json")))
                .isEqualTo(Group.WITHOUT_LISTS);
        assertThat(Group.of(accepting("OCI.index.v1+json;q=0.5, OCI.manifest.v1+json")))
                .isEqualTo(Group.ALL);
    }

    @Test
    void clientsThatSayNothingAcceptEveryType() {
        assertThat(Group.of(Fields.EMPTY)).isEqualTo(Group.ALL);
    }

    @ParameterizedTest
    @EnumSource(Group.class)
    void whatAGroupSendsUpstreamBelongsToThatGroup(Group group) {
        assertThat(Group.of(Fields.of("Accept", group.accept()))).isEqualTo(group);
    }

    @Test
    void clientsOfListsAcceptEverythingElseToo() {
        assertThat(Group.ALL.accept())
                .contains(OCI + "index.v1+json", DOCKER + "manifest.list.v2+json", OCI + "manifest.v1+json")
                .contains(DOCKER + "manifest.v1+prettyjws")
                .endsWith(", */*");
        assertThat(Group.WITHOUT_LISTS.accept()).doesNotContain("index", "list", "*");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            application/vnd.oci.image.index.v1+json; true
            application/vnd.example.unheard.v9+json; true
            Application/JSON; true
            application/vnd.docker.distribution.manifest.v1+prettyjws; true
            text/html; false
            application/octet-stream; false
            application/json-seq; false
            text/plain; false
            """)
    void everyTypeThatIsWrittenAsJsonMayBeOfAManifest(String type, boolean isJson) {
        assertThat(MediaTypes.ofJson(Fields.of("Content-Type", type)).isPresent())
                .isEqualTo(isJson);
        assertThat(MediaTypes.ofJson(Fields.of("Content-Type", type + " ; charset=utf-8"))
                        .isPresent())
                .isEqualTo(isJson);
        assertThat(MediaTypes.ofJson(Fields.EMPTY)).isEmpty();
    }
}
