package io.artifactvault.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Mount;
import io.artifactvault.backend.Mount.Selector;
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
    private final Mounts mounts = new Mounts(
            List.of(
                    mount("root", "/"),
                    mount("prefixed", "/hf/"),
                    mount("named", "/", "hub.local", "hf.local"),
                    mount("namedDeeper", "/deep/", "hub.local")),
            Optional.empty());

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
        assertThat(mounts.find(request(host, path))
                        .map(mounted -> mounted.backend().name()))
                .contains(name);
    }

    @Test
    void underAHostNameWithoutABackendForThePathTheOthersAnswer() {
        Mounts without =
                new Mounts(List.of(mount("named", "/a/", "hub.local"), mount("other", "/b/")), Optional.empty());

        assertThat(without.find(request("hub.local", "/b/x"))
                        .map(mounted -> mounted.backend().name()))
                .contains("other");
        assertThat(without.find(request("vault", "/a/x"))).isEmpty();
        assertThat(without.inWords()).isEqualTo("/b/, hub.local/a/");
    }

    /** A registry in miniature: one backend at several places. */
    private static Backend registry(String name, String prefix) {
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
                return List.of(name + ".local");
            }

            @Override
            public boolean isNamedBy(Target target) {
                return target.queryParameter("ns").filter(name::equals).isPresent();
            }

            @Override
            public List<Mount> mounts() {
                return List.of(
                        new Mount(Selector.QUERY, "/v2/"),
                        new Mount(Selector.HOST, "/v2/", Mount.Paths.BELOW_AND_BARE),
                        new Mount(Selector.LISTENER, "/v2/", Mount.Paths.BELOW_AND_BARE),
                        new Mount(Selector.PATH, prefix),
                        new Mount(Selector.PATH, "/v2/", Mount.Paths.ONLY),
                        new Mount(Selector.REST, "/v2/"));
            }

            @Override
            public Resolution resolve(Request request) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            vault,     /v2/b/x,        b, PATH
            vault,     /v2/b/x?ns=a,   a, QUERY
            b.local,   /v2/x?ns=a,     a, QUERY
            b.local,   /v2/a/x,        b, HOST
            b.local,   /v2,            b, HOST
            vault,     /v2/a/x,        c, LISTENER
            vault,     /v2/,           c, LISTENER
            """)
    void theQueryDecidesThenTheHostThenTheListenerThenThePath(
            String host, String target, String name, Selector selector) throws Exception {
        Backend own = registry("c", "/v2/c/");
        List<Backend> all = List.of(registry("a", "/v2/a/"), registry("b", "/v2/b/"), own);
        boolean atListener = selector == Selector.LISTENER;

        Optional<Mounts.Mounted> found = new Mounts(all, atListener ? Optional.of(own) : Optional.empty())
                .find(new Request(
                        "GET", Target.parse(target), Fields.of("Host", host), "http://vault", Optional.empty()));

        assertThat(found.map(mounted -> mounted.backend().name())).contains(name);
        assertThat(found.map(mounted -> mounted.mount().selector())).contains(selector);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            /v2/,    a
            /v2,     a
            /v2/x/y, root
            /v2x,    root
            """)
    void aBackendAtTheRootReceivesAllButTheRootOfTheRegistries(String path, String name) {
        Mounts rooted = new Mounts(List.of(mount("root", "/"), registry("a", "/v2/a/")), Optional.empty());

        assertThat(rooted.find(request("vault", path))
                        .map(mounted -> mounted.backend().name()))
                .contains(name);
    }

    @Test
    void withoutABackendAtTheRootTheFirstRegistryExplainsUnknownNames() {
        Mounts registries = new Mounts(List.of(registry("a", "/v2/a/"), registry("b", "/v2/b/")), Optional.empty());

        assertThat(registries
                        .find(request("vault", "/v2/x/y"))
                        .map(mounted -> mounted.mount().selector()))
                .contains(Selector.REST);
        assertThat(registries.find(request("vault", "/v3"))).isEmpty();
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
