package io.artifactvault.cache;

import io.artifactvault.http.Request;
import java.util.concurrent.CompletableFuture;

/** A request that waits for its answer, whatever kind of backend it is for. */
sealed interface Waiting permits Visit, SharedVisit {
    Request request();

    CompletableFuture<Answer> answer();

    DecisionLog account();

    /** What it asks for, for logs and error sentences; holds no credential and no query. */
    String title();
}
