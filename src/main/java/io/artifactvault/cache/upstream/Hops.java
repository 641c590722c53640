package io.artifactvault.cache.upstream;

import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import java.util.List;

/** Reads the responses of a redirect chain. */
public final class Hops {
    private Hops() {}

    /** The responses of a chain, in the form that backends judge. */
    public static List<UpstreamAnswer> answers(List<Hop> hops) {
        return hops.stream()
                .map(hop -> new UpstreamAnswer(hop.uri(), hop.status(), hop.fields()))
                .toList();
    }

    public static OriginException unexpected(Hop hop, String why) {
        return OriginException.unexpected(
                String.valueOf(hop.uri().getHost()), "response " + hop.status() + " (" + why + ")");
    }
}
