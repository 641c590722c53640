package io.artifactvault.cache.request;

import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.cache.content.Body;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;

/** Error responses in the vault's own format; they can be rendered in a backend's format later. */
public final class Errors {
    private Errors() {}

    /** An error of the vault's own. The sentence must hold no credential and no query. */
    public static Answer answer(int status, String sentence, CacheStatus cacheStatus) {
        return answer(status, Fields.EMPTY, sentence, cacheStatus);
    }

    /** The same with fields of its own, which win. */
    public static Answer answer(int status, Fields fields, String sentence, CacheStatus cacheStatus) {
        return new Answer(status, fields, new Body.None(), cacheStatus)
                .asOwn()
                .failed(new Answer.Failure(sentence, fields))
                .in(ErrorFormat.JSON);
    }

    /** The text as it stands between the quotes of a JSON string. */
    public static String quoted(String text) {
        return ErrorFormat.quoted(text);
    }
}
