package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Obtained;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.pypi.dist.FileName;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.backend.pypi.text.Urls;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A project's page at one index as one caller may have it, at one moment: resolves requests for the files that it
 * lists. Called on event loops and on the threads of tasks; never blocks, unless a method says so.
 *
 * @param page the stored page
 * @param digest of its content
 * @param table of its files
 */
record ProjectPage(PageResource page, ProjectName project, String digest, FileTable table, Instant now) {
    static final String METADATA = ".metadata";
    static final String SIGNATURE = ".asc";
    private static final int MOST_EXTRACTIONS = 32;

    /** Continues by the head of a response; empty if the client is to receive that error. */
    private interface ByHead {
        Optional<Resolution> then(int status, Fields fields);
    }

    private FilePaths paths() {
        return page.settings.paths(page.index);
    }

    /** The file at a path below the mount; empty if the page lists no such file. */
    Optional<Resolution> file(String path) {
        return file(path, this::whole);
    }

    private Optional<Resolution> file(String path, Function<FileTable.Row, Resolution> served) {
        return table.at(path).map(row -> row.isAvailable(now) ? verifiable(row, served) : withheld(row));
    }

    private static Resolution verifiable(FileTable.Row row, Function<FileTable.Row, Resolution> served) {
        return row.file().hasInvalidDigest()
                ? Refusal.of(
                        502,
                        "The index lists " + row.file().name()
                                + " with a sha256 that is not 64 hexadecimal digits, so this vault cannot verify the"
                                + " file and does not fetch it.")
                : served.apply(row);
    }

    private Resolution withheld(FileTable.Row row) {
        return Refusal.of(403, page.settings.gate().refusal(row.file(), row.availableFrom()));
    }

    private Resolution whole(FileTable.Row row) {
        Resolution found = new Resolution.Found(resource(row.file()));
        if (!isExtractable(row) || !page.request.method().equals("GET")) {
            return found;
        }
        table.extractions().request(row.file().name());
        return marking(found);
    }

    /** The metadata of the file at a path below the mount; empty if the page lists no such file. */
    Optional<Resolution> metadata(String path) {
        return file(path, this::metadata);
    }

    /** The index's, or else the wheel's own: clients do not install without it once it is announced. */
    private Resolution metadata(FileTable.Row row) {
        IndexFile file = row.file();
        Optional<WheelMetadata.Wheel> wheel = wheel(file);
        if (file.coreMetadata().isEmpty()) {
            return wheel.map(known -> marking(extracted(own(known), file.name())))
                    .orElseGet(() -> Refusal.of(404, "The index has no metadata for " + file.name() + "."));
        }
        FileResource announced = beside(new FileResource.Listed(
                file.name() + METADATA,
                address(file.url() + METADATA),
                file.coreMetadataDigest(),
                OptionalLong.empty(),
                "text/plain; charset=utf-8"));
        return wheel.<Resolution>map(known -> first(announced, (status, _) -> switch (status) {
                    case 200 -> Optional.of(new Resolution.Found(announced));
                    case 404 -> Optional.of(new Resolution.Found(new WheelMetadata(known, file.coreMetadataDigest())));
                    default -> Optional.empty();
                }))
                .orElseGet(() -> new Resolution.Found(announced));
    }

    /** Announces the metadata to the clients of the page once it is stored. */
    private Resolution extracted(WheelMetadata metadata, String name) {
        return first(metadata, (status, fields) -> {
            note(name, status, fields);
            return status == 200 ? Optional.of(new Resolution.Found(metadata)) : Optional.empty();
        });
    }

    private void note(String name, int status, Fields fields) {
        if (status == 200) {
            WheelMetadata.digest(fields).ifPresent(sha256 -> table.extractions().announce(Map.of(name, sha256)));
        }
    }

    /** The wheel of that name, if its content is identified and it may be fetched. */
    private Optional<WheelMetadata.Wheel> wheel(IndexFile file) {
        FileName name = FileName.parse(file.name());
        return file.sha256()
                .filter(_ -> name.isWheel() && isPermitted(file))
                .flatMap(sha256 -> name.version(project)
                        .map(version -> new WheelMetadata.Wheel(resource(file), file, project, version, sha256)));
    }

    private boolean isPermitted(IndexFile file) {
        return Urls.resolve(page.index.page(project), file.url())
                .flatMap(paths()::path)
                .isPresent();
    }

    /** Whether the vault can announce metadata for the file that the index does not announce. */
    private boolean isExtractable(FileTable.Row row) {
        return row.file().coreMetadata().isEmpty() && wheel(row.file()).isPresent();
    }

    /** Leaves the mark that makes {@link #recall} search the store. */
    private Resolution marking(Resolution then) {
        if (table.extractions().isMarked()) {
            return then;
        }
        return first(new ExtractionMark(page, project), (_, _) -> {
            table.extractions().mark();
            return Optional.of(then);
        });
    }

    /** Learns from the store which metadata was extracted before, and which could be. Blocks. */
    void recall(Resolution.Stored stored) {
        if (stored.sha256(new ExtractionMark(page, project)).isEmpty()) {
            return;
        }
        table.extractions().mark();
        Map<String, Digest> known = new HashMap<>();
        for (FileTable.Row row : table.rows()) {
            if (isExtractable(row)) {
                WheelMetadata.Wheel wheel = wheel(row.file()).orElseThrow();
                stored.sha256(own(wheel))
                        .ifPresentOrElse(
                                sha256 -> known.put(row.file().name(), sha256),
                                () -> stored.sha256(wheel.file())
                                        .ifPresent(_ -> table.extractions()
                                                .request(row.file().name())));
            }
        }
        table.extractions().announce(known);
    }

    /** First extracts metadata from requested wheels that are stored by now. Blocks. */
    Resolution extracting(Resolution.Stored stored, Function<ProjectPage, Resolution> then) {
        List<WheelMetadata.Wheel> wheels = table.extractions().due(now).stream()
                .flatMap(name -> table.named(name).stream())
                .flatMap(row -> wheel(row.file()).stream())
                .filter(wheel -> stored.sha256(wheel.file()).isPresent())
                .limit(MOST_EXTRACTIONS)
                .toList();
        return extracting(wheels, then);
    }

    private Resolution extracting(List<WheelMetadata.Wheel> wheels, Function<ProjectPage, Resolution> then) {
        if (wheels.isEmpty()) {
            return then.apply(this);
        }
        WheelMetadata.Wheel wheel = wheels.getFirst();
        return first(own(wheel), (status, fields) -> {
            note(wheel.row().name(), status, fields);
            if (status == 502) {
                table.extractions().giveUp(wheel.row().name());
            } else if (status >= 400 && status < 500) {
                table.extractions().drop(wheel.row().name());
            }
            return Optional.of(extracting(wheels.subList(1, wheels.size()), then));
        });
    }

    /** Metadata that only the wheel itself has. */
    private static WheelMetadata own(WheelMetadata.Wheel wheel) {
        return new WheelMetadata(wheel, Optional.empty());
    }

    /**
     * The signature of the file at a path below the mount; empty if the page lists no such file, or one without a
     * signature.
     */
    Optional<Resolution> signature(String path) {
        return table.at(path)
                .filter(row -> row.file().hasSignature())
                .flatMap(_ -> file(
                        path,
                        row -> new Resolution.Found(beside(new FileResource.Listed(
                                row.file().name() + SIGNATURE,
                                address(row.file().url() + SIGNATURE),
                                Optional.empty(),
                                OptionalLong.empty(),
                                "application/pgp-signature")))));
    }

    /** The provenance of a file; empty if the page lists no such file, or its provenance lies at another path. */
    Optional<Resolution> provenance(String fileName, String path) {
        return table.named(fileName)
                .filter(row -> paths().provenance(page.index.page(project), row.file())
                        .filter(path::equals)
                        .isPresent())
                .map(row -> row.isAvailable(now)
                        ? new Resolution.Found(beside(new FileResource.Listed(
                                "the provenance of " + fileName,
                                address(row.file().provenance().orElseThrow()),
                                Optional.empty(),
                                OptionalLong.empty(),
                                "application/vnd.pypi.integrity.v1+json")))
                        : withheld(row));
    }

    private FileResource resource(IndexFile file) {
        return new FileResource(
                page,
                new FileResource.Listed(
                        file.name(), address(file.url()), file.sha256(), file.size(), "application/octet-stream"),
                () -> refuted(file));
    }

    /** What was extracted from parts of the file that upstream really has is not the metadata of the listed one. */
    private List<Resource> refuted(IndexFile file) {
        table.extractions().forget(file.name());
        return wheel(file).stream()
                .<Resource>flatMap(
                        wheel -> List.of(own(wheel), new WheelMetadata(wheel, file.coreMetadataDigest())).stream())
                .toList();
    }

    private FileResource beside(FileResource.Listed file) {
        return new FileResource(page, file, List::of);
    }

    private URI address(String url) {
        return URI.create(Urls.resolve(page.index.page(project), url).orElseThrow());
    }

    /** Obtains a resource first. */
    private static Resolution first(Resource resource, ByHead byHead) {
        return new Resolution.After(resource, false, new Resolution.Step() {
            @Override
            public Optional<Resolution> byHead(int status, Fields fields) {
                return byHead.then(status, fields);
            }

            @Override
            public Resolution byContent(Obtained response, Resolution.Stored stored) {
                throw new IllegalStateException("the head is sufficient");
            }
        });
    }
}
