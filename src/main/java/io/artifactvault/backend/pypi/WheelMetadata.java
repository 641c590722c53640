package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource.Making;
import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The core metadata of a wheel whose index offers none, taken out of the wheel itself (PEP 427). Only for callers who may
 * have the wheel.
 */
final class WheelMetadata extends IndexResource {
    private static final String FOLDER_ENDING = ".dist-info/METADATA";
    private static final int LONGEST = 8 << 20;
    private static final int MOST_ENTRIES = 100_000;

    private final FileResource wheel;
    private final String name;
    private final Digest sha256;

    /** @param sha256 of the wheel */
    WheelMetadata(PyPiSettings settings, PyPiSettings.Index index, Request request, FileResource wheel, String name, Digest sha256) {
        super(settings, index, request);
        this.wheel = wheel;
        this.name = name;
        this.sha256 = sha256;
    }

    @Override
    public String title() {
        return "the metadata of " + name;
    }

    @Override
    public String key() {
        return KeyBuilder.key(settings.name(), "metadata", sha256.hex());
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.FOREVER;
    }

    @Override
    public Optional<AccessScope> scope() {
        return Optional.empty();
    }

    @Override
    public Upstream upstream() {
        return wheel.upstream();
    }

    @Override
    public Optional<Making> making() {
        return Optional.of(this::write);
    }

    @Override
    public Fields present(Fields stored, Request asked) {
        return Fields.of(
                "Content-Type",
                "text/plain; charset=utf-8",
                "ETag",
                '"' + Keys.shortDigest(key()) + '"',
                "Cache-Control",
                (asked.credential().isPresent() ? "private" : "public") + ", max-age=" + settings.metadataTtl().toSeconds());
    }

    private Fields write(Making.Sources sources, OutputStream out) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(sources.obtain(wheel, Optional.empty()).content())) {
            int entries = 0;
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (isMetadata(entry.getName())) {
                    copy(zip, out);
                    return Fields.EMPTY;
                }
                if (++entries > MOST_ENTRIES) {
                    break;
                }
            }
        }
        throw new IOException("it is not a wheel: no file *" + FOLDER_ENDING + " was found in it");
    }

    /** {@code name-version.dist-info/METADATA}, at the top level. */
    static boolean isMetadata(String path) {
        return path.endsWith(FOLDER_ENDING) && path.indexOf('/') == path.lastIndexOf('/');
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] text = in.readNBytes(LONGEST + 1);
        if (text.length > LONGEST) {
            throw new IOException("its metadata is longer than " + LONGEST + " bytes");
        }
        out.write(text);
    }
}
