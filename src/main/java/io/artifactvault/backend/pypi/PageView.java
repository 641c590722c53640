package io.artifactvault.backend.pypi;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource.Making;
import io.artifactvault.backend.Obtained;
import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A project's page as a client receives it: in one form, with addresses below the mount, at one moment of the age gate.
 * Made from the stored page; depends on nothing but its key. Only for callers who may have that page.
 */
final class PageView extends IndexResource {
    /** Changes whenever the same page is written in another way. */
    private static final String VERSION = "1";

    private final PageResource page;
    private final ProjectName project;
    private final String pageDigest;
    private final Form form;
    private final Moment moment;
    private final Listing listing;

    /**
     * A moment of the age gate.
     *
     * @param now the time
     * @param ripe how many files have become available by then
     * @param next when the next one becomes available
     */
    record Moment(Instant now, int ripe, Optional<Instant> next) {}

    /**
     * How files are listed.
     *
     * @param extracted the digests of metadata that the vault took out of wheels itself, by the wheels' names
     */
    record Listing(FilePaths paths, AgeGate gate, Map<String, String> extracted) {}

    PageView(
            PageResource page,
            ProjectName project,
            String pageDigest,
            Form form,
            Moment moment,
            Listing listing) {
        super(page.settings, page.index, page.request);
        this.page = page;
        this.project = project;
        this.pageDigest = pageDigest;
        this.form = form;
        this.moment = moment;
        this.listing = listing;
    }

    @Override
    public String title() {
        return "the index page of " + project + " in " + (form.isJson() ? "JSON" : "HTML");
    }

    @Override
    public String key() {
        return KeyBuilder.key(
                settings.name(),
                "view",
                VERSION,
                project.text(),
                pageDigest,
                form.isJson() ? "json" : "html",
                Keys.shortDigest(listing.paths().toString()),
                listing.gate().key(),
                Integer.toString(moment.ripe()),
                Keys.shortDigest(listing.extracted().toString()));
    }

    /** Accept selects the form. */
    @Override
    public List<String> selectedBy() {
        return List.of("Accept");
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.FOREVER;
    }

    /** Whoever resolved this view has obtained the page as the same caller. */
    @Override
    public Optional<AccessScope> scope() {
        return Optional.empty();
    }

    @Override
    public Upstream upstream() {
        return page.upstream();
    }

    @Override
    public Optional<Making> making() {
        return Optional.of(this::write);
    }

    /** The page changes for clients when the next file becomes available. */
    @Override
    public Fields present(Fields stored, Request asked) {
        Duration fresh = moment.next()
                .map(time -> Duration.between(moment.now(), time))
                .filter(time -> time.compareTo(settings.metadataTtl()) < 0)
                .orElse(settings.metadataTtl());
        String audience = asked.credential().isPresent() ? "private, " : "";
        return Fields.builder()
                .add("Content-Type", form.contentType())
                .add("ETag", '"' + Keys.shortDigest(key()) + '"')
                .add("Cache-Control", audience + "max-age=" + fresh.toSeconds())
                .build();
    }

    private Fields write(Making.Sources sources, OutputStream out) throws IOException {
        if (form.isJson()) {
            JsonView view = new JsonView(out);
            read(sources, view);
            view.end();
        } else {
            HtmlView view = new HtmlView(project, out);
            // What the head of the document states may come last in the stored page.
            read(sources, view.head());
            view.begin();
            read(sources, view.body(this::shown));
            view.end();
        }
        return Fields.EMPTY;
    }

    private void read(Making.Sources sources, PageHandler handler) throws IOException {
        Obtained stored = sources.obtain(page, Optional.empty());
        if (stored.status() != 200) {
            throw new IOException("the index page cannot be obtained (" + stored.status() + ")");
        }
        if (!stored.fields().first(PageEdit.PAGE_DIGEST).filter(pageDigest::equals).isPresent()) {
            throw new IOException("the index page has changed meanwhile; ask again");
        }
        JsonPage.read(stored.content(), handler);
    }

    private boolean isAvailable(IndexFile file) {
        return listing.gate()
                .availableFrom(project, file)
                .filter(time -> !time.isAfter(moment.now()))
                .isPresent();
    }

    /** The file as clients see it; empty if it is not available. */
    private Optional<IndexFile> shown(IndexFile file) {
        if (!isAvailable(file)) {
            return Optional.empty();
        }
        Optional<String> path = Urls.resolve(listing.paths().index(), file.url())
                .flatMap(listing.paths()::link);
        Map<String, String> keys = new LinkedHashMap<>(file.keys());
        String url = "../../"
                + path.orElse("unavailable/" + project + "/" + Target.encodeSegment(file.name()));
        keys.put(IndexFile.URL, JsonText.quoted(url));
        metadata(file, keys, path.isPresent());
        file.provenance()
                .flatMap(there -> Urls.resolve(index.page(project), there))
                .filter(there -> listing.paths().isOfIndex(URI.create(there)))
                .flatMap(listing.paths()::path)
                .ifPresent(there -> keys.put(IndexFile.PROVENANCE, JsonText.quoted("../../" + there)));
        return Optional.of(new IndexFile(file.name(), url, keys, file.sha256(), file.size(), file.uploaded()));
    }

    /**
     * Announced only if it can be delivered: uv does not fall back. Under PyPI's names; the old one of PEP 658,
     * {@code dist-info-metadata}, ends pip 22.3 with an error unless its value is a text.
     */
    private void metadata(IndexFile file, Map<String, String> keys, boolean deliverable) {
        Optional<String> value = deliverable
                ? file.coreMetadata()
                        .or(() -> Optional.ofNullable(listing.extracted().get(file.name()))
                                .map(hex -> JsonText.object(Map.of("sha256", hex))))
                : Optional.empty();
        keys.remove(IndexFile.PYPI_CORE_METADATA);
        keys.remove(IndexFile.OLD_CORE_METADATA);
        keys.remove(IndexFile.CORE_METADATA);
        value.ifPresent(announced -> {
            keys.put(IndexFile.CORE_METADATA, announced);
            keys.put(IndexFile.PYPI_CORE_METADATA, announced);
        });
    }

    /** Writes the page as JSON; versions of which every file is withheld are left out. */
    private final class JsonView implements PageHandler {
        private final JsonGenerator json;
        private final Set<String> shown = new HashSet<>();
        private final Set<String> withheld = new HashSet<>();
        private boolean inFiles = true;
        private boolean named;

        JsonView(OutputStream out) throws IOException {
            this.json = JsonText.FACTORY.createGenerator(out);
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeArrayFieldStart("files");
        }

        @Override
        public void file(IndexFile file) throws IOException {
            Optional<IndexFile> visible = shown(file);
            Optional<String> version =
                    FileName.parse(file.name()).version(project).map(Version::normal);
            version.ifPresent((visible.isPresent() ? shown : withheld)::add);
            if (visible.isPresent()) {
                PageEdit.write(json, visible.get());
            }
        }

        @Override
        public void key(String key, String value) throws IOException {
            endFiles();
            named |= key.equals("name");
            json.writeFieldName(key);
            json.writeRawValue(key.equals("versions") ? versions(value) : value);
        }

        private void endFiles() throws IOException {
            if (inFiles) {
                json.writeEndArray();
                inFiles = false;
            }
        }

        private String versions(String all) throws IOException {
            if (withheld.isEmpty()) {
                return all;
            }
            withheld.removeAll(shown);
            List<String> left = new ArrayList<>();
            try (JsonParser versions = JsonText.FACTORY.createParser(all)) {
                while (versions.nextToken() != null) {
                    if (versions.currentToken() == JsonToken.VALUE_STRING
                            && !withheld.contains(Version.normal(versions.getText()))) {
                        left.add(JsonText.quoted(versions.getText()));
                    }
                }
            }
            return "[" + String.join(",", left) + "]";
        }

        void end() throws IOException {
            endFiles();
            if (!named) {
                json.writeStringField("name", project.text());
            }
            json.writeEndObject();
            json.close();
        }
    }
}
