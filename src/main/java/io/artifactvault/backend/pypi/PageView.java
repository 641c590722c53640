package io.artifactvault.backend.pypi;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.Obtained;
import io.artifactvault.backend.Resource.Making;
import io.artifactvault.backend.Resource.SourceChangedException;
import io.artifactvault.backend.pypi.dist.FileName;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.backend.pypi.dist.Version;
import io.artifactvault.backend.pypi.text.JsonText;
import io.artifactvault.backend.pypi.text.Keys;
import io.artifactvault.backend.pypi.text.Urls;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
final class PageView extends MadeResource {
    /** Changes whenever the same page is written in another way. */
    private static final String VERSION = "2";

    private final List<Source> pages;
    private final ProjectName project;
    private final Form form;
    private final Moment moment;
    private final Listing listing;

    /**
     * A moment of the age gate.
     *
     * @param now the time
     * @param ripe how many files have become available by then
     * @param withheld how many files are not available then
     * @param next when the next one becomes available
     */
    record Moment(Instant now, int ripe, int withheld, Optional<Instant> next) {}

    /**
     * How files are listed.
     *
     * @param extracted the metadata that the vault can deliver besides the index's
     */
    record Listing(FilePaths paths, AgeGate gate, Extractions.Extracted extracted) {}

    /**
     * One version of the page of one index.
     *
     * @param digest of the stored page
     */
    record Source(PageResource page, String digest) {}

    /** @param pages at least one; several are mixed */
    PageView(List<Source> pages, ProjectName project, Form form, Moment moment, Listing listing) {
        super(pages.getFirst().page());
        this.pages = pages;
        this.project = project;
        this.form = form;
        this.moment = moment;
        this.listing = listing;
    }

    @Override
    public String title() {
        String form = "the index page of " + project + " in " + (this.form.isJson() ? "JSON" : "HTML");
        return moment.withheld() == 0
                ? form
                : form + ", without the " + moment.withheld() + " files that the age gate withholds";
    }

    @Override
    public String key() {
        return KeyBuilder.key(
                settings.name(),
                "view",
                VERSION,
                project.text(),
                String.join(" ", pages.stream().map(Source::digest).toList()),
                form.isJson() ? "json" : "html",
                Keys.shortDigest(listing.paths().toString()),
                listing.gate().key(),
                Integer.toString(moment.ripe()),
                listing.extracted().key());
    }

    /** Accept selects the form. */
    @Override
    public List<String> selectedBy() {
        return List.of("Accept");
    }

    /** The page changes for clients when the next file becomes available. */
    @Override
    public Fields present(Fields stored, Request asked) {
        Duration fresh = moment.next()
                .map(time -> Duration.between(moment.now(), time))
                .filter(time -> time.compareTo(settings.metadataTtl()) < 0)
                .orElse(settings.metadataTtl());
        String audience = asked.credential().isPresent() ? "private, " : "";
        return form.fields().toBuilder()
                .add("ETag", '"' + Keys.shortDigest(key()) + '"')
                .add("Cache-Control", audience + "max-age=" + fresh.toSeconds())
                .build();
    }

    @Override
    Fields write(Making.Sources sources, OutputStream out) throws IOException {
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
        if (pages.size() == 1) {
            JsonPage.read(stored(sources, pages.getFirst()), handler);
            return;
        }
        Mixture mixture = new Mixture(handler);
        for (Source page : pages) {
            mixture.read(stored(sources, page));
        }
        mixture.end();
    }

    private static InputStream stored(Making.Sources sources, Source source) throws IOException {
        Obtained stored = sources.obtain(source.page(), Optional.empty());
        if (stored.status() != 200) {
            throw new IOException("the index page cannot be obtained (" + stored.status() + ")");
        }
        if (!stored.fields()
                .first(PageEdit.PAGE_DIGEST)
                .filter(source.digest()::equals)
                .isPresent()) {
            throw new SourceChangedException("the index page has changed meanwhile");
        }
        return stored.content();
    }

    private boolean isAvailable(IndexFile file) {
        return listing.gate()
                .availableFrom(project, file)
                .filter(time -> !time.isAfter(moment.now()))
                .isPresent();
    }

    /** The file as clients see it; empty if it is not available. */
    private Optional<IndexFile> shown(IndexFile file) {
        if (!FileName.parse(file.name()).mayBelongTo(project) || !isAvailable(file)) {
            return Optional.empty();
        }
        Optional<String> path =
                Urls.resolve(listing.paths().index(), file.url()).flatMap(listing.paths()::link);
        Map<String, String> keys = new LinkedHashMap<>(file.keys());
        String url = "../../" + path.orElse("unavailable/" + project + "/" + Target.encodeSegment(file.name()));
        keys.put(IndexFile.URL, JsonText.quoted(url));
        metadata(file, keys, path.filter(there -> there.indexOf('?') < 0).isPresent());
        // At another place it would lead past the vault.
        listing.paths()
                .provenance(index.page(project), file)
                .ifPresentOrElse(
                        there -> keys.put(IndexFile.PROVENANCE, JsonText.quoted("../../" + there)),
                        () -> keys.remove(IndexFile.PROVENANCE));
        return Optional.of(new IndexFile(file.name(), url, keys, file.sha256(), file.size(), file.uploaded()));
    }

    /**
     * Announced only if it can be delivered: uv does not fall back. Under PyPI's names; the old one of PEP 658,
     * {@code dist-info-metadata}, ends pip 22.3 with an error unless its value is a text.
     */
    private void metadata(IndexFile file, Map<String, String> keys, boolean deliverable) {
        Optional<String> value = deliverable
                ? file.coreMetadata()
                        .or(() -> listing.extracted()
                                .of(file.name())
                                .map(digest -> JsonText.object(Map.of("sha256", digest.hex()))))
                : Optional.empty();
        keys.remove(IndexFile.PYPI_CORE_METADATA);
        keys.remove(IndexFile.OLD_CORE_METADATA);
        keys.remove(IndexFile.CORE_METADATA);
        value.ifPresent(announced -> {
            keys.put(IndexFile.CORE_METADATA, announced);
            keys.put(IndexFile.PYPI_CORE_METADATA, announced);
        });
    }

    /** Writes the page as JSON; if a file is withheld, it names only the versions of the files that are not. */
    private final class JsonView implements PageHandler {
        private final JsonGenerator json;
        private final Set<Version> shown = new HashSet<>();
        private boolean withholds;
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
            if (visible.isPresent()) {
                FileName.parse(file.name()).version(project).map(Version::of).ifPresent(shown::add);
                PageEdit.write(json, visible.get());
            } else {
                withholds = true;
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
            if (!withholds) {
                return all;
            }
            List<String> left = new ArrayList<>();
            try (JsonParser versions = JsonText.FACTORY.createParser(all)) {
                while (versions.nextToken() != null) {
                    if (versions.currentToken() == JsonToken.VALUE_STRING
                            && shown.contains(Version.of(versions.getText()))) {
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
