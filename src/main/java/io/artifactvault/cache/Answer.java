package io.artifactvault.cache;

import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;

/**
 * What a client gets.
 *
 * @param fields complete but for Date, Connection, Transfer-Encoding and the cache's own; Content-Length is among them
 *     exactly when the length is known
 * @param account how it came about
 * @param own whether it is an error of the vault's own, with no content of an origin
 */
public record Answer(int status, Fields fields, Body body, CacheStatus cacheStatus, DecisionLog account, boolean own) {
    private static final DecisionLog NONE = new DecisionLog("");

    /** An answer that needs no explanation. */
    public Answer(int status, Fields fields, Body body, CacheStatus cacheStatus) {
        this(status, fields, body, cacheStatus, NONE, false);
    }

    public Answer with(DecisionLog told) {
        return new Answer(status, fields, body, cacheStatus, told, own);
    }

    public Answer with(Fields others) {
        return new Answer(status, others, body, cacheStatus, account, own);
    }

    public Answer asOwn() {
        return new Answer(status, fields, body, cacheStatus, account, true);
    }
}
