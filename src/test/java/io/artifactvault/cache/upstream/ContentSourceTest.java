package io.artifactvault.cache.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artifactvault.cache.ScriptedResponse;
import io.artifactvault.cache.content.ContentOrigin;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ContentSourceTest {
    private static final ByteRange PART = new ByteRange(10, 19);
    private static final URI PLACE = URI.create("http://127.0.0.2/place?signed=1");

    @TempDir
    private Path folder;

    private FillRig rig;

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private ContentSource source(Representation content) {
        return new ContentSource(rig.tools.upstreams(), content, Optional.empty());
    }

    private void ask(ContentSource source) throws OriginException, IOException {
        var _ = rig.asTask(() -> {
            source.ask(PART).close();
            return true;
        });
    }

    private ContentOrigin redirecting() {
        return rig.origin.answering(302, "Location", PLACE.toString());
    }

    private List<URI> asked() {
        return rig.origin.asked().stream().map(OriginRequest::uri).toList();
    }

    @Test
    void theTargetOfARedirectIsRequestedDirectlyTheNextTime() throws Exception {
        ContentSource source = source(FillRig.proven());
        redirecting();
        ask(source);
        assertThat(source.target()).isEqualTo(PLACE);
        ask(source);

        assertThat(asked()).containsExactly(FillRig.UPSTREAM, PLACE, PLACE);
        assertThat(rig.origin.ranges()).containsOnly("bytes=10-19");
    }

    @Test
    void upstreamIsAskedAnewOnceThePlaceRefuses() throws Exception {
        ContentSource source = source(FillRig.proven());
        redirecting();
        ask(source);
        rig.origin.answering(403);
        redirecting();
        ask(source);

        assertThat(asked()).containsExactly(FillRig.UPSTREAM, PLACE, PLACE, FillRig.UPSTREAM, PLACE);
    }

    @Test
    void aPlaceThatFailsIsNotAskedStraightAgain() throws Exception {
        ContentSource source = source(FillRig.proven());
        redirecting();
        ask(source);
        rig.origin.failing(OriginFailure.CONNECT_REFUSED);

        assertThatExceptionOfType(OriginException.class).isThrownBy(() -> ask(source));
        assertThat(source.target()).isEqualTo(FillRig.UPSTREAM);
    }

    @Test
    void aPlaceWithAnotherValidatorIsNotBelievedButUpstreamIs() throws Exception {
        ContentSource source = source(FillRig.validated());
        redirecting();
        ask(source);
        rig.origin.replace(FillRig.random(5000), "\"v2\"");

        assertThatExceptionOfType(OriginException.class)
                .isThrownBy(() -> ask(source))
                .matches(e -> e.failure() == OriginFailure.CONTENT_CHANGED);
        assertThat(asked()).containsExactly(FillRig.UPSTREAM, PLACE, PLACE, FillRig.UPSTREAM);
    }

    @Test
    void aPlaceKnownFromTheBeginningIsAskedFirst() throws Exception {
        ContentSource source =
                new ContentSource(rig.tools.upstreams(), FillRig.proven(), Optional.of(OriginRequest.get(PLACE)));
        ask(source);

        assertThat(asked()).containsExactly(PLACE);
    }

    @Test
    void onlyContentThatNoDigestProvesIsAskedForByItsValidator() throws Exception {
        ask(source(FillRig.proven()));
        ask(source(FillRig.validated()));

        List<OriginRequest> asked = rig.origin.asked();
        assertThat(asked.get(0).fields().has("If-Range")).isFalse();
        assertThat(asked.get(1).fields().first("If-Range")).contains("\"v1\"");
    }

    @Test
    void mirrorsMayStandInForContentThatADigestProves() throws Exception {
        ask(source(FillRig.proven()));
        ask(source(FillRig.validated()));

        List<OriginRequest> asked = rig.origin.asked();
        assertThat(asked.get(0).purpose()).isNotEqualTo(asked.get(1).purpose());
    }

    @Test
    void aRefusedResponseIsClosed() throws Exception {
        ScriptedResponse[] refused = new ScriptedResponse[1];
        rig.origin.then(request -> refused[0] = rig.origin.content(request));
        Representation longer = FillRig.representation(FillRig.entry(OptionalLong.of(7), Optional.of(FillRig.SHA256)));

        assertThatExceptionOfType(OriginException.class).isThrownBy(() -> ask(source(longer)));
        assertThat(refused[0].isClosed()).isTrue();
    }
}
