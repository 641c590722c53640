package io.artifactvault.cache.fetch;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.http.Fields;
import io.artifactvault.http.caching.StoredFields;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.PointerValue;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Records what one upstream response establishes: the entry stored under a name, the values of names, and who has
 * access. For tasks.
 *
 * @param openly whether the request was sent without the caller's credential because the resource was public
 */
public record EcosystemFiling(Engine engine, Resource resource, Caller caller, boolean openly, Instant askedAt) {
    /**
     * Records that the stored response may be used again.
     *
     * @param update the fields of upstream's 304
     * @param requestedAt when upstream was asked for the version that is stored
     */
    Entry confirm(Entry entry, Fields update, Instant requestedAt) {
        Fields fields = StoredFields.updatedWithin(entry.fields(), update);
        Entry confirmed = entry.confirmed(fields, requestedAt, askedAt);
        engine.index().put(confirmed);
        Optional<String> pointsTo = resource.pointsTo(confirmed.fields());
        point(pointsTo);
        allow(at(pointsTo), confirmed.fields());
        return confirmed;
    }

    /** Records that a resource does not exist. */
    Entry absent(Verdict.Final verdict, int status, Optional<Entry> before) {
        Facts facts = new Facts(verdict.fields(), OptionalLong.empty(), Optional.empty(), verdict.pointsTo());
        point(verdict.pointsTo());
        Entry absent = entry(facts, status).sinceThat(before);
        engine.index().put(absent);
        return absent;
    }

    /** Records that upstream denied this caller access. */
    void deny() {
        resource.scope().ifPresent(scope -> engine.access().deny(resource, caller, scope, askedAt));
    }

    /** Ends the caller's grant because upstream refused the caller without a reason; other callers are not affected. */
    void endGrant() {
        resource.scope().ifPresent(scope -> engine.access().grants().deny(caller, scope, askedAt));
    }

    /** Records that the scope is not public after all, because upstream refused an anonymous request. */
    void close() {
        resource.scope().ifPresent(scope -> engine.access().close(scope, askedAt));
    }

    /** The resource at an immutable address. */
    Resource actual(Facts facts) {
        return at(facts.pointsTo());
    }

    private Resource at(Optional<String> value) {
        return value.map(resource::at).orElse(resource);
    }

    Entry entry(Facts facts, int status) {
        Entry head = new Entry(
                actual(facts).key(),
                status,
                facts.fields(),
                facts.length(),
                facts.digest(),
                Optional.empty(),
                askedAt,
                askedAt);
        return facts.digest()
                .flatMap(digest -> engine.index().loadBlob(digest))
                .flatMap(sha256 -> engine.contents().length(sha256).map(length -> head.withBlob(sha256, length)))
                .orElse(head);
    }

    /** The entry of a body that was edited before it was stored, with the fields that the edit returned. */
    Entry edited(Entry entry, Fields edited) {
        Entry complete = entry.filedUnder(entry.key(), edited);
        return complete.filedUnder(at(resource.pointsTo(complete.fields())).key(), Fields.EMPTY);
    }

    /** Records content that the vault made itself; the caller's access is a matter of its sources. */
    void recordMade(Entry entry) {
        engine.index().put(entry);
    }

    /** Records content that upstream permits the caller to receive. */
    void recordContent(Facts facts, Entry entry) {
        Optional<String> pointsTo = facts.pointsTo().or(() -> resource.pointsTo(entry.fields()));
        point(pointsTo);
        if (entry.blob().isPresent() && facts.digest().isPresent() && isNew(entry)) {
            engine.store().news().saved(entry.length().orElse(0));
        }
        engine.index().put(entry);
        allow(at(pointsTo), entry.fields());
    }

    /** Whether this key has not led to this content before. */
    private boolean isNew(Entry entry) {
        return engine.index().load(entry.key()).flatMap(Entry::blob).isEmpty();
    }

    private void point(Optional<String> pointsTo) {
        if (pointsTo.isPresent() && resource.name().isPresent()) {
            engine.index().putPointer(resource.name().get().key(), new PointerValue(pointsTo.get(), askedAt));
        }
    }

    /** Grants the caller access to the state in upstream's response, and to no other. */
    private void allow(Resource actual, Fields kept) {
        boolean asEverybody = openly || caller.isAnonymous();
        if (asEverybody) {
            actual.openness(kept).forEach(openness -> engine.access().note(openness, askedAt));
        }
        actual.scope().ifPresent(scope -> {
            if (openly) {
                engine.access().allowOpenly(caller, scope, askedAt);
            } else {
                engine.access().allow(actual, caller, scope, askedAt);
            }
        });
    }
}
