package io.artifactvault.store.index;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Builds stored responses for tests. What a test does not set is a 200 without fields and content, confirmed long ago. */
public final class EntryBuilder {
    private final String key;
    private int status = 200;
    private Fields fields = Fields.EMPTY;
    private OptionalLong length = OptionalLong.empty();
    private Optional<Digest> content = Optional.empty();
    private Optional<Digest> blob = Optional.empty();
    private Instant checkedAt = Instant.EPOCH;

    private EntryBuilder(String key) {
        this.key = key;
    }

    public static EntryBuilder entry(String key) {
        return new EntryBuilder(key);
    }

    public EntryBuilder status(int other) {
        status = other;
        return this;
    }

    public EntryBuilder fields(Fields others) {
        fields = others;
        return this;
    }

    public EntryBuilder length(OptionalLong bytes) {
        length = bytes;
        return this;
    }

    /** The digest by which upstream names the content. */
    public EntryBuilder content(Optional<Digest> digest) {
        content = digest;
        return this;
    }

    public EntryBuilder stored(Digest sha256) {
        blob = Optional.of(sha256);
        return this;
    }

    /** When it was requested and confirmed. */
    public EntryBuilder at(Instant instant) {
        checkedAt = instant;
        return this;
    }

    public Entry build() {
        return new Entry(key, status, fields, length, content, blob, checkedAt, checkedAt);
    }
}
