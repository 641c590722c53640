package io.artifactvault.cache.lookup;

import io.artifactvault.http.CacheStatus.Forward;

/** The decision about how to handle a request. */
public sealed interface Plan {
    /** For the operator. */
    default String inWords() {
        return switch (this) {
            case Serve(StoredResponse _, boolean refresh) ->
                refresh ? "serve what is stored and refresh it" : "serve what is stored";
            case Confirmed(StoredResponse _) -> "serve what upstream confirmed a moment ago (min_revalidate_interval)";
            case Ask(Forward why) -> "ask upstream (" + why.token() + ")";
            case Pass(Forward why) -> "pass through (" + why.token() + ")";
            case Nothing _ -> "answer 504: nothing stored may be used, and upstream must not be asked";
        };
    }

    /** Answer with what is stored; {@code refresh} when it is to be asked for anew in the background. */
    record Serve(StoredResponse stored, boolean refresh) implements Plan {}

    /** Answer with what is stored although the request wants it confirmed: it was, less than the least interval ago. */
    record Confirmed(StoredResponse stored) implements Plan {}

    /** Ask upstream first: for the content, for its freshness, or whether this caller may have it. */
    record Ask(Forward why) implements Plan {}

    /** Let the request through; nothing is kept, and what it changes becomes invalid. */
    record Pass(Forward why) implements Plan {}

    /** 504: only-if-cached, and nothing stored may be used (RFC 9111 §5.2.1.7). */
    record Nothing() implements Plan {}
}
