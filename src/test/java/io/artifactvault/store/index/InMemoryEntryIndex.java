package io.artifactvault.store.index;

import io.artifactvault.http.Digest;
import io.artifactvault.store.Peek;
import io.artifactvault.store.sqlite.Closings;
import io.artifactvault.store.sqlite.EntryTable;
import io.artifactvault.store.sqlite.Moves;
import io.artifactvault.store.sqlite.Tables;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** An index that forgets with the process; for the tests of other rooms. It always knows, so peeks find what loads find. */
public final class InMemoryEntryIndex implements EntryIndex {
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Map<String, PointerValue> pointers = new ConcurrentHashMap<>();
    private final Map<Digest, Long> blobs = new ConcurrentHashMap<>();
    private final Map<Digest, Digest> aliases = new ConcurrentHashMap<>();
    private final Moves moves = new Moves();
    private final Closings closings = new Closings();
    private final Map<String, Instant> publicScopes = new ConcurrentHashMap<>();

    private final Map<Digest, Checksums> checksums = new ConcurrentHashMap<>();
    private final Map<Digest, Instant> touched = new ConcurrentHashMap<>();

    @Override
    public Peek<Entry> peek(String key) {
        return Peek.of(load(key));
    }

    @Override
    public Optional<Entry> load(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    @Override
    public void put(Entry entry) {
        entries.put(entry.key(), EntryTable.withoutCredentials(entry));
    }

    @Override
    public void remove(String key) {
        entries.remove(key);
    }

    @Override
    public void removeAll(String prefix) {
        entries.keySet().removeIf(key -> key.startsWith(prefix));
    }

    @Override
    public Peek<PointerValue> peekPointer(String name) {
        return Peek.of(loadPointer(name));
    }

    @Override
    public Optional<PointerValue> loadPointer(String name) {
        return Optional.ofNullable(pointers.get(name));
    }

    @Override
    public void putPointer(String name, PointerValue value) {
        if (moves.outdate(name, value)) {
            return;
        }
        pointers.merge(name, value, (kept, offered) -> Tables.POINTER.replaces(offered, kept) ? offered : kept);
    }

    @Override
    public void removePointers(String beginning, Instant movedAt) {
        moves.note(beginning, movedAt);
        pointers.keySet().removeIf(name -> name.startsWith(beginning));
    }

    @Override
    public Peek<Digest> peekBlob(Digest digest) {
        return Peek.of(loadBlob(digest));
    }

    @Override
    public Optional<Digest> loadBlob(Digest digest) {
        return Optional.of(aliases.getOrDefault(digest, digest)).filter(blobs::containsKey);
    }

    @Override
    public void putBlob(Digest sha256, long length, Optional<Digest> alias, Optional<Checksums> checksums) {
        blobs.put(sha256, length);
        alias.ifPresent(other -> aliases.put(other, sha256));
        checksums.ifPresent(sums -> this.checksums.put(sha256, sums));
    }

    @Override
    public Optional<Long> loadLength(Digest sha256) {
        return Optional.ofNullable(blobs.get(sha256));
    }

    @Override
    public Optional<Checksums> loadChecksums(Digest sha256) {
        return Optional.ofNullable(checksums.get(sha256));
    }

    @Override
    public void touch(Digest sha256, Instant at) {
        touched.put(sha256, at);
    }

    @Override
    public void removeBlob(Digest sha256) {
        blobs.remove(sha256);
        checksums.remove(sha256);
    }

    @Override
    public Peek<Instant> peekPublic(String scope) {
        return Peek.of(loadPublic(scope));
    }

    @Override
    public Optional<Instant> loadPublic(String scope) {
        return Optional.ofNullable(publicScopes.get(scope));
    }

    @Override
    public void markPublic(String scope, Instant at) {
        if (!closings.outdate(scope, at)) {
            publicScopes.merge(scope, at, (kept, offered) -> offered.isBefore(kept) ? kept : offered);
        }
    }

    @Override
    public void forgetPublic(String scope, Instant closedAt) {
        closings.note(scope, closedAt);
        publicScopes.keySet().removeIf(key -> key.equals(scope) || key.startsWith(scope + Closings.STATE));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
