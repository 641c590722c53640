package io.artifactvault.cache;

import io.artifactvault.http.CacheStatus.Forward;

/** What to do about a request to which RFC 9111 applies. */
sealed interface SharedPlan {
    /** For the operator. */
    default String inWords() {
        return switch (this) {
            case Serve(Stored _, boolean refresh) ->
                refresh ? "serve what is stored and refresh it" : "serve what is stored";
            case Ask(Forward why, boolean _) -> "ask upstream (" + why.token() + ")";
            case Pass(Forward why) -> "pass through (" + why.token() + ")";
            case Nothing _ -> "answer 504: nothing stored may be used, and upstream must not be asked";
        };
    }

    /** Answer with what is stored; {@code refresh} when it is to be asked for anew in the background. */
    record Serve(Stored stored, boolean refresh) implements SharedPlan {}

    /** Ask upstream; {@code validate} to ask whether what is stored still holds. */
    record Ask(Forward why, boolean validate) implements SharedPlan {}

    /** Let the request through; nothing is kept, and what it changes becomes invalid. */
    record Pass(Forward why) implements SharedPlan {}

    /** 504: only-if-cached, and nothing stored may be used (RFC 9111 §5.2.1.7). */
    record Nothing() implements SharedPlan {}
}
