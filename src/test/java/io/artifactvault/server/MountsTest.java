package io.artifactvault.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Resolution;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountsTest {
    private final Mounts mounts = new Mounts(List.of(
            mount("root", "/"),
            mount("prefixed", "/hf/"),
            mount("named", "/", "hub.local", "hf.local"),
            mount("namedDeeper", "/deep/", "hub.local")), Optional.empty());

    @ParameterizedTest
    @CsvSource(textBlock = """
            vault:8080,                       /hf/a,    prefixed
            vault,                            /hf,      root
            vault,                            /a,       root
            '',                               /hf/a,    prefixed
            hub.local,                        /hf/a,    named
            HUB.local:8080,                   /a,       named
            hf.local,                         /deep/a,  named
            hub.local,                        /deep/a,  namedDeeper
            viewer.hub.local:8080,            /info,    root
            nothub.local,                     /a,       root
            [::1]:8080,                       /hf/a,    prefixed
            """)
    void theHostChoosesFirstAndThenTheLongestPrefix(String host, String path, String name) {
        assertThat(mounts.find(request(host, path)).map(mounted -> mounted.backend().name())).contains(name);
    }

    @Test
    void underAHostNameWithoutABackendForThePathTheOthersAnswer() {
        Mounts without = new Mounts(List.of(mount("named", "/a/", "hub.local"), mount("other", "/b/")), Optional.empty());

        assertThat(without.find(request("hub.local", "/b/x")).map(mounted -> mounted.backend().name()))
                .contains("other");
        assertThat(without.find(request("vault", "/a/x"))).isEmpty();
        assertThat(without.inWords()).isEqualTo("/b/, hub.local/a/");
    }

    private static Request request(String host, String path) {
        return new Request(
                "GET", new Target(path, Optional.empty()), Fields.of("Host", host), "http://vault", Optional.empty());
    }

    private static Backend mount(String name, String prefix, String... hosts) {
        return new Backend() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String prefix() {
                return prefix;
            }

            @Override
            public List<String> hosts() {
                return List.of(hosts);
            }

            @Override
            public Resolution resolve(Request request) {
                throw new UnsupportedOperationException();
            }
        };
    }
}
