package io.artifactvault.snapshot;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.LocalSnapshot;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotImports;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.backend.Snapshots;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryIndex;
import io.artifactvault.store.index.Pins;
import io.artifactvault.store.index.PointerValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Imports snapshots that another program stores on this machine, without contacting upstream. Each file is hashed while
 * it is copied, and accepted only if it matches its claimed digest. The responses made for them are unconfirmed:
 * whenever upstream is reachable, it is contacted first, so an import can neither forge upstream's responses nor open
 * content that upstream would refuse. Blocking; confined to one thread, in a folder that no vault uses.
 */
public final class Importer {
    private static final int PIECE = 1 << 20;

    /** The resources that an import uses; all of them outlive it. */
    public record Parts(EntryIndex index, BlobStore blobs, Pins pins, Clock clock) {}

    /**
     * Options of an import.
     *
     * @param forEverybody the operator's assertion that callers without a credential may receive the content while
     *     upstream is unreachable
     * @param pin whether to pin the content
     */
    public record Choice(boolean forEverybody, boolean pin) {}

    /** The result for one snapshot. */
    public record Result(
            SnapshotName at, List<String> revisions, int copied, int held, long bytes, List<String> damaged) {}

    private final Backend backend;
    private final Snapshots snapshots;
    private final SnapshotImports imports;
    private final Parts parts;
    private final Choice choice;
    private final LongConsumer moved;

    /** The last argument receives the number of processed bytes. */
    public Importer(Backend backend, Parts parts, Choice choice, LongConsumer moved) {
        this.backend = backend;
        this.snapshots = backend.snapshots().orElseThrow();
        this.imports = snapshots.imports().orElseThrow();
        this.parts = parts;
        this.choice = choice;
        this.moved = moved;
    }

    /** @throws IOException if a source cannot be read or the store cannot be written */
    public Result adopt(LocalSnapshot snapshot) throws IOException {
        Adoption adoption = new Adoption(snapshot);
        for (LocalSnapshot.File file : snapshot.files()) {
            adoption.take(file);
        }
        adoption.answers();
        if (choice.pin) {
            parts.pins.pin(
                    PinLabel.repository(backend.name(), snapshot.at()),
                    snapshot.at().revision(),
                    adoption.content);
        }
        return adoption.result();
    }

    /** One snapshot being imported. */
    private final class Adoption {
        private final LocalSnapshot snapshot;
        private final Instant now = parts.clock.instant();
        private final List<SnapshotFile> files = new ArrayList<>();
        private final Set<Digest> content = new HashSet<>();
        private final List<String> damaged = new ArrayList<>();
        private final Map<String, SnapshotFile> listed = new HashMap<>();
        private int copied;
        private int held;
        private long bytes;

        Adoption(LocalSnapshot snapshot) {
            this.snapshot = snapshot;
            snapshot.listing().ifPresent(all -> all.forEach(file -> listed.put(file.path(), file)));
        }

        void take(LocalSnapshot.File file) throws IOException {
            Optional<Target> target = target(file.path());
            OptionalLong size = size(file.source());
            if (target.isEmpty() || size.isEmpty()) {
                damaged.add(file.path());
                return;
            }
            long length = size.getAsLong();
            Digest expected = file.digest().isPresent() ? file.digest().get() : computed(file, length);
            SnapshotFile taken = new SnapshotFile(file.path(), length, Optional.of(expected));
            Optional<Digest> here = parts.index.loadBlob(expected);
            Optional<Digest> sha256 = here.isPresent() ? here : copy(file, taken);
            moved.accept(length);
            if (sha256.isEmpty() || !agreesWithListing(taken)) {
                damaged.add(file.path());
                return;
            }
            if (here.isPresent()) {
                held++;
            } else {
                copied++;
            }
            bytes += length;
            files.add(taken);
            content.add(sha256.get());
            answer(target.get(), imports.file(snapshot.at(), taken), sha256.get(), length);
        }

        /** The target of a file; empty for a name that no client can request. */
        private Optional<Target> target(String path) {
            try {
                return Optional.of(snapshots.file(snapshot.at(), path));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        /**
         * The size of a file; empty if the path is no longer a regular file, because a pipe or a device may have no
         * end.
         */
        private static OptionalLong size(Path source) throws IOException {
            BasicFileAttributes seen =
                    Files.readAttributes(source, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return seen.isRegularFile() ? OptionalLong.of(seen.size()) : OptionalLong.empty();
        }

        private static FileChannel open(Path source) throws IOException {
            return FileChannel.open(source, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        }

        private boolean agreesWithListing(SnapshotFile taken) {
            SnapshotFile noted = listed.getOrDefault(taken.path(), taken);
            return noted.digest().isEmpty()
                    ? noted.length() == taken.length()
                    : noted.digest().equals(taken.digest());
        }

        /** The digest computed from the bytes, which is used if no name gives it. */
        private Digest computed(LocalSnapshot.File file, long length) throws IOException {
            Hasher hasher = Hasher.of(imports.naming(length), length);
            try (FileChannel source = open(file.source())) {
                ByteBuffer piece = ByteBuffer.allocate(PIECE);
                for (long at = 0; at < length && source.read(piece.clear()) > 0; at += piece.limit()) {
                    hasher.update(piece.flip());
                }
            }
            return hasher.finish();
        }

        /** Copies a file into the store, and returns its digest; empty if the bytes do not match the file's name. */
        private Optional<Digest> copy(LocalSnapshot.File file, SnapshotFile taken) throws IOException {
            try (FileChannel source = open(file.source());
                    BlobWriter writer = parts.blobs.create(OptionalLong.of(taken.length()), taken.digest())) {
                ByteBuffer piece = ByteBuffer.allocate(PIECE);
                for (long at = 0; at < taken.length() && source.read(piece.clear()) > 0; at += piece.limit()) {
                    writer.write(at, piece.flip());
                }
                return stored(writer, taken.digest());
            }
        }

        private Optional<Digest> stored(BlobWriter writer, Optional<Digest> expected) throws IOException {
            if (!writer.verify()) {
                writer.discard();
                return Optional.empty();
            }
            long length = writer.extents().end();
            Digest sha256 = writer.commit();
            parts.index.putBlob(
                    sha256, length, expected.filter(alias -> !alias.equals(sha256)), Optional.of(writer.checksums()));
            return Optional.of(sha256);
        }

        /** Stores the responses that clients request before they request files. */
        void answers() throws IOException {
            List<SnapshotFile> all = snapshot.listing().orElse(files);
            for (SnapshotImports.ImportedResponse response :
                    imports.responses(snapshot.at(), snapshot.revisions(), all)) {
                answer(response);
            }
            snapshot.revisions().forEach(this::point);
        }

        private void answer(SnapshotImports.ImportedResponse response) throws IOException {
            long length = response.body().length;
            try (BlobWriter writer = parts.blobs.create(OptionalLong.of(length), Optional.empty())) {
                writer.write(0, ByteBuffer.wrap(response.body()));
                Digest sha256 = stored(writer, Optional.empty()).orElseThrow();
                content.add(sha256);
                answer(response.target(), response.fields(), sha256, length);
            }
        }

        private void answer(Target target, Fields told, Digest sha256, long length) {
            Resource resource = resource(target);
            Resource actual = resource.name()
                    .map(_ -> resource.at(snapshot.at().revision()))
                    .orElse(resource);
            UpstreamAnswer spoken = new UpstreamAnswer(resource.upstream().uri(), 200, told);
            boolean known = parts.index
                    .load(actual.key())
                    .filter(entry -> entry.status() == 200 && !entry.isUnconfirmed())
                    .isPresent();
            if (!known && resource.judge(List.of(spoken)) instanceof Verdict.Content(Facts facts, boolean _)) {
                parts.index.put(new Entry(
                                actual.key(),
                                200,
                                facts.fields().with(Entry.UNCONFIRMED, "imported"),
                                OptionalLong.of(length),
                                facts.digest(),
                                Optional.empty(),
                                now,
                                now)
                        .withBlob(sha256, length));
            }
            actual.scope().filter(_ -> choice.forEverybody).ifPresent(this::open);
        }

        /**
         * Marks the scope as open to anonymous callers, as of a time so long ago that upstream is asked again as soon
         * as it is reachable.
         */
        private void open(Resource.AccessScope scope) {
            Instant longAgo = now.minus(scope.ttl()).minusSeconds(1);
            for (String key : List.of(scope.stateKey(), scope.id())) {
                if (parts.index.loadPublic(key).isEmpty()) {
                    parts.index.markPublic(key, longAgo);
                }
            }
        }

        private void point(String revision) {
            SnapshotName name =
                    snapshots.name(snapshot.at().type(), snapshot.at().repository(), revision);
            for (SnapshotFile file : files.isEmpty() ? files : files.subList(0, 1)) {
                resource(snapshots.file(name, file.path()))
                        .name()
                        .ifPresent(known -> parts.index.putPointer(
                                known.key(), new PointerValue(snapshot.at().revision(), now.minus(known.ttl()))));
            }
        }

        private Resource resource(Target target) {
            Request request = new Request("GET", target, Fields.EMPTY, "http://vault", Optional.empty());
            if (backend.resolve(request) instanceof Resolution.Found(Resource resource)) {
                return resource;
            }
            throw new IllegalStateException("backend " + backend.name() + " does not know its own targets");
        }

        Result result() {
            return new Result(snapshot.at(), snapshot.revisions(), copied, held, bytes, List.copyOf(damaged));
        }
    }
}
