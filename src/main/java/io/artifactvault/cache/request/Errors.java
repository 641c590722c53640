package io.artifactvault.cache.request;

import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.cache.content.Body;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;

/** Error responses in the vault's own format; they can be rendered in a backend's format later. */
public final class Errors {
    private Errors() {}

    /** The vault's own error. The sentence must contain no credential and no query. */
    public static Answer answer(int status, String sentence, CacheStatus cacheStatus) {
        return answer(status, Fields.EMPTY, sentence, cacheStatus);
    }

    /** The vault's own error with additional fields, which take precedence. */
    public static Answer answer(int status, Fields fields, String sentence, CacheStatus cacheStatus) {
        return new Answer(status, fields, new Body.None(), cacheStatus)
                .asOwn()
                .failed(new Answer.Failure(sentence, fields))
                .in(ErrorFormat.JSON);
    }

    /** The text as it appears between the quotes of a JSON string. */
    public static String quoted(String text) {
        return ErrorFormat.quoted(text);
    }
}
