package io.artifactvault.cache.request;

import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.cache.content.Body;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.caching.VaryKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The response to a client.
 *
 * @param fields complete except for Date, Connection, Transfer-Encoding and the cache's own fields; includes
 *     Content-Length exactly when the length is known
 * @param decisionLog explains how the response was produced
 * @param own whether it is the vault's own error, without content from an origin
 * @param failure the content of an error, from which it can be rendered in another format
 */
public record Answer(
        int status,
        Fields fields,
        Body body,
        CacheStatus cacheStatus,
        DecisionLog decisionLog,
        boolean own,
        Optional<Failure> failure) {
    private static final DecisionLog NONE = new DecisionLog("");

    /**
     * The content of an error, independent of its format.
     *
     * @param fields that belong to the error, such as Retry-After
     */
    public record Failure(String sentence, Fields fields) {}

    /** A response without a decision to explain. */
    public Answer(int status, Fields fields, Body body, CacheStatus cacheStatus) {
        this(status, fields, body, cacheStatus, NONE, false, Optional.empty());
    }

    public Answer with(DecisionLog other) {
        return new Answer(status, fields, body, cacheStatus, other, own, failure);
    }

    public Answer with(Fields others) {
        return new Answer(status, others, body, cacheStatus, decisionLog, own, failure);
    }

    /** A copy whose Vary also names these request fields. */
    public Answer varyingBy(List<String> names) {
        return new Answer(
                status,
                varyingBy(fields, names),
                body,
                cacheStatus,
                decisionLog,
                own,
                failure.map(error -> new Failure(error.sentence(), varyingBy(error.fields(), names))));
    }

    private static Fields varyingBy(Fields fields, List<String> names) {
        VaryKey before = VaryKey.of(fields);
        List<String> added = names.stream()
                .filter(name -> !before.names().contains(name.toLowerCase(Locale.ROOT)))
                .toList();
        return before.isAny() || added.isEmpty()
                ? fields
                : fields.with(
                        "Vary",
                        Stream.concat(fields.joined("Vary").stream(), added.stream())
                                .collect(Collectors.joining(", ")));
    }

    public Answer asOwn() {
        return new Answer(status, fields, body, cacheStatus, decisionLog, true, failure);
    }

    /** A copy for a HEAD request. */
    Answer withoutBody() {
        return new Answer(status, fields, new Body.None(), cacheStatus, decisionLog, own, failure);
    }

    Answer failed(Failure error) {
        return new Answer(status, fields, body, cacheStatus, decisionLog, own, Optional.of(error));
    }

    /** Renders the vault's own error in the format of a backend; returns any other response unchanged. */
    public Answer in(ErrorFormat format) {
        return failure.map(error -> written(format.write(status, error.sentence(), error.fields())))
                .orElse(this);
    }

    private Answer written(ErrorFormat.Text text) {
        Fields all = text.fields()
                .with("Content-Length", Integer.toString(text.body().length))
                .with("Cache-Control", "no-store");
        return new Answer(status, all, new Body.Bytes(text.body()), cacheStatus, decisionLog, own, failure);
    }
}
