package io.artifactvault.server;

import io.artifactvault.cache.Answer;
import io.artifactvault.http.Request;
import java.util.concurrent.CompletionStage;

/** Answers requests of one listener. Called on event loops; never blocks. */
@FunctionalInterface
public interface Responder {
    /** The answer, completed on any thread; the server closes its body. */
    CompletionStage<Answer> respond(Request request);
}
