package io.artifactvault.server;

import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.Request;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Answers requests of one listener. Called on event loops; never blocks. */
@FunctionalInterface
public interface Responder {
    /** The response, completed on any thread; the server closes its body. */
    CompletionStage<Answer> respond(Request request);

    /**
     * Adds the CORS fields to an error response that the server itself created, so that web pages can read it.
     *
     * @param path as the client spelled it
     */
    default Answer readable(String path, Optional<String> host, Optional<String> origin, Answer answer) {
        return answer;
    }
}
