package io.artifactvault.server;

import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.Request;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Answers requests of one listener. Called on event loops; never blocks. */
@FunctionalInterface
public interface Responder {
    /** The answer, completed on any thread; the server closes its body. */
    CompletionStage<Answer> respond(Request request);

    /**
     * An answer that the server gave by itself, to a request that could not be read or answered, with the fields by
     * which web pages may read it.
     *
     * @param path as the client spelled it
     */
    default Answer readable(String path, Optional<String> host, Optional<String> origin, Answer answer) {
        return answer;
    }
}
