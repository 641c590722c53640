package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Obtained;
import io.artifactvault.backend.Resource.Making;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.backend.pypi.dist.WheelArchive;
import io.artifactvault.backend.pypi.text.Keys;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import io.artifactvault.http.Scan;
import io.artifactvault.http.conditional.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The core metadata of a wheel that the index does not deliver, taken out of the wheel itself. Only for callers who may
 * have the wheel.
 */
final class WheelMetadata extends MadeResource {
    private static final String DIGEST = "X-Metadata-Digest";

    private final Wheel wheel;
    private final Optional<Digest> expected;

    /**
     * A wheel whose digest is known.
     *
     * @param file the wheel itself
     * @param row as the page lists it
     * @param version that its name states
     */
    record Wheel(FileResource file, IndexFile row, ProjectName project, String version, Digest sha256) {}

    /** @param expected the digest that the index announces for the metadata, if it announces one */
    WheelMetadata(Wheel wheel, Optional<Digest> expected) {
        super(wheel.file());
        this.wheel = wheel;
        this.expected = expected;
    }

    @Override
    public String title() {
        return "the metadata of " + wheel.row().name();
    }

    @Override
    public String key() {
        return KeyBuilder.key(
                settings.name(),
                "metadata",
                wheel.file().key(),
                expected.map(Digest::hex).orElse(""));
    }

    /** Whoever may have the wheel. */
    @Override
    public Optional<AccessScope> scope() {
        return wheel.file().scope();
    }

    /** Without ETag if the content is not stored. */
    @Override
    public Fields present(Fields stored, Request asked) {
        Fields.Builder fields = Fields.builder()
                .add("Content-Type", "text/plain; charset=utf-8")
                .add(
                        "Cache-Control",
                        (asked.credential().isPresent() ? "private" : "public") + ", max-age="
                                + settings.metadataTtl().toSeconds());
        stored.first(DIGEST).ifPresent(hex -> fields.add("ETag", '"' + hex + '"'));
        return fields.build();
    }

    /** The digest of the content, from the fields of a stored response as {@link #present} returns them. */
    static Optional<Digest> digest(Fields presented) {
        return presented.first("ETag").flatMap(tag -> Keys.sha256(tag.replace("\"", "")));
    }

    @Override
    Fields write(Making.Sources sources, OutputStream out) throws IOException {
        WheelArchive.Ranges ranges = (offset, count) -> read(sources, offset, count);
        byte[] metadata = WheelArchive.metadata(ranges, length(sources), wheel.project(), wheel.version());
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
        hasher.update(ByteBuffer.wrap(metadata));
        Digest sha256 = hasher.finish();
        if (expected.isPresent() && !expected.get().equals(sha256)) {
            throw new IOException("the metadata in the wheel does not have the sha256 that the index announces");
        }
        out.write(metadata);
        return Fields.of(DIGEST, sha256.hex());
    }

    private long length(Making.Sources sources) throws IOException {
        if (wheel.row().size().isPresent()) {
            return wheel.row().size().getAsLong();
        }
        Fields fields = obtained(sources, new ByteRange(0, 0)).fields();
        String length = fields.first("Content-Range")
                .map(range -> range.substring(range.lastIndexOf('/') + 1))
                .or(() -> fields.first("Content-Length"))
                .orElse("");
        if (!Scan.isNumber(length, MOST_DIGITS)) {
            throw new IOException("the length of the wheel is not known");
        }
        return Long.parseLong(length);
    }

    private byte[] read(Making.Sources sources, long offset, int count) throws IOException {
        if (count == 0) {
            return new byte[0];
        }
        Obtained part = obtained(sources, new ByteRange(offset, offset + count - 1));
        InputStream content = part.content();
        if (part.status() == 200) {
            content.skipNBytes(offset);
        }
        byte[] bytes = content.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the wheel is shorter than the index states");
        }
        return bytes;
    }

    private Obtained obtained(Making.Sources sources, ByteRange part) throws IOException {
        Obtained response = sources.obtain(wheel.file(), Optional.of(part));
        if (response.status() >= 400 && response.status() < 500) {
            throw new Making.SourceRefusedException(response);
        }
        if (response.status() != 200 && response.status() != 206) {
            throw new IOException("the wheel cannot be obtained (" + response.status() + ")");
        }
        return response;
    }
}
