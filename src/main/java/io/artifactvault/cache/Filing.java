package io.artifactvault.cache;

import io.artifactvault.cache.Forwarding.Task;
import io.artifactvault.http.Fields;
import io.artifactvault.http.HttpDate;
import io.artifactvault.http.StoredFields;
import io.artifactvault.http.VaryKey;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.Entry;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes entries of upstream's answers to one request, and files them where that request finds them (RFC 9111 §3 and §4.1). Confined to
 * one task.
 */
final class Filing {
    private final Variants variants;
    private final Task task;
    private final Instant requestedAt;

    Filing(Variants variants, Task task, Instant requestedAt) {
        this.variants = variants;
        this.task = task;
        this.requestedAt = requestedAt;
    }

    /**
     * An answer without its content.
     *
     * @param received the fields that it has for the target that was asked for
     */
    Entry entry(OriginResponse response, Fields received, Instant receivedAt) {
        Fields fields = dated(StoredFields.of(received), receivedAt);
        boolean bodiless = response.status() == 204 || response.status() == 304;
        Entry entry = new Entry(
                key(fields),
                response.status(),
                fields,
                bodiless ? OptionalLong.of(0) : response.contentLength(),
                Optional.empty(),
                Optional.empty(),
                requestedAt,
                receivedAt);
        return entry.sinceThat(task.stored().map(Stored::entry));
    }

    /** The fields of what is stored with those of an answer that confirms it. */
    Fields updated(Entry entry, Fields news, Instant receivedAt) {
        // As long as parts are missing they are asked for by the validator that those have which are here.
        Fields told = entry.isPartial() ? news.without("ETag", "Last-Modified") : news;
        return StoredFields.updated(entry.fields(), dated(told, receivedAt));
    }

    /** What is stored after an answer that confirmed it. */
    Entry confirmed(Entry entry, Fields fields, Instant receivedAt) {
        return new Entry(
                key(fields),
                entry.status(),
                fields,
                entry.length(),
                entry.content(),
                entry.blob(),
                requestedAt,
                receivedAt);
    }

    private String key(Fields fields) {
        return task.menu()
                .key(task.resource().key(), VaryKey.of(fields), task.resource().selecting());
    }

    /** RFC 9110 §6.6.1: who stores an answer without a date gives it one. */
    private static Fields dated(Fields fields, Instant receivedAt) {
        return fields.has("Date") ? fields : fields.with("Date", HttpDate.format(receivedAt));
    }

    /** False when what is stored for that target was made invalid since the request went out. */
    boolean put(Entry entry) {
        return variants.put(task.resource().key(), task.menu(), VaryKey.of(entry.fields()), entry);
    }

    /** Announces an entry whose content is on its way; false as for {@link #put}. */
    boolean announce(Entry entry) {
        return variants.add(task.resource().key(), task.menu(), VaryKey.of(entry.fields()));
    }
}
