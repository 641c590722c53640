package io.artifactvault.cache.lookup;

import io.artifactvault.http.CacheStatus.Forward;

/** The decision about how to handle a request. */
public sealed interface Plan {
    /** The plan in words, for the operator. */
    default String inWords() {
        return switch (this) {
            case Serve(StoredResponse _, boolean refresh) ->
                refresh ? "serve the stored response and refresh it" : "serve the stored response";
            case Confirmed(StoredResponse _) -> "serve the stored response, just confirmed (min_revalidate_interval)";
            case Ask(Forward why) -> "forward to upstream (" + why.token() + ")";
            case Pass(Forward why) -> "pass through (" + why.token() + ")";
            case Nothing _ -> "respond 504: no stored response may be used, and the request has only-if-cached";
        };
    }

    /** Serve the stored response; {@code refresh} if it is to be revalidated in the background. */
    record Serve(StoredResponse stored, boolean refresh) implements Plan {}

    /**
     * Serve the stored response although the request demands revalidation: upstream confirmed it less than the minimum
     * interval ago.
     */
    record Confirmed(StoredResponse stored) implements Plan {}

    /**
     * Send a request upstream first: for the content, to revalidate it, or to learn whether this caller may receive it.
     */
    record Ask(Forward why) implements Plan {}

    /** Pass the request through; no response is stored, and the resources that it changes are invalidated. */
    record Pass(Forward why) implements Plan {}

    /** Respond 504: the request says only-if-cached, and no stored response may be used (RFC 9111 §5.2.1.7). */
    record Nothing() implements Plan {}
}
