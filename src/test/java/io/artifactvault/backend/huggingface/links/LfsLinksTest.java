package io.artifactvault.backend.huggingface.links;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.huggingface.Hubs;
import io.artifactvault.backend.huggingface.route.HubRoute;
import io.artifactvault.backend.huggingface.route.HubRouter;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Target;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LfsLinksTest {
    private final TestClock clock = new TestClock();
    private final LfsLinks links = new LfsLinks(clock);
    private final LfsLinks.Link link =
            new LfsLinks.Link(new Repository("models", "acme/tiny"), Hubs.SHA256, 42, Hubs.CDN + "&x=a%2Fb");

    private Optional<LfsLinks.Link> read(LfsLinks reader, String address) throws BadTargetException {
        Target target = Target.parse("/" + address);
        return HubRouter.route(target.path()) instanceof HubRoute.LfsObject object
                ? reader.read(object, target)
                : Optional.empty();
    }

    @Test
    void aLinkIsReadBack() throws Exception {
        assertThat(read(links, links.address(link, Duration.ofMinutes(5)))).contains(link);
    }

    @Test
    void aLinkExpires() throws Exception {
        String address = links.address(link, Duration.ofMinutes(5));
        clock.advance(Duration.ofMinutes(5));
        assertThat(read(links, address)).isEmpty();
    }

    @Test
    void aLinkOfAnotherProcessIsRefused() throws Exception {
        assertThat(read(new LfsLinks(clock), links.address(link, Duration.ofMinutes(5))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            models/acme/tiny, datasets/acme/tiny
            acme/tiny,        acme/other
            5994,             6994
            size=42,          size=43
            until=1,          until=9
            from=,            from=QQ
            signature=,       signature=0
            size=42,          size=
            until=,           until=x
            from=,            from=%25
            """)
    void aChangedLinkIsRefused(String from, String to) throws Exception {
        String address = links.address(link, Duration.ofMinutes(5));
        assertThat(address).contains(from);
        assertThat(read(links, address.replaceFirst(from, to))).isEmpty();
    }
}
