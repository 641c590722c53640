package io.artifactvault.backend.pypi;

import io.artifactvault.backend.pypi.dist.FileName;
import io.artifactvault.backend.pypi.text.JsonText;
import io.artifactvault.backend.pypi.text.Keys;
import io.artifactvault.backend.pypi.text.Urls;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Scan;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.jsoup.parser.StreamParser;

/**
 * Reads a project's page in HTML (PEP 503), or any page of links such as a web server's list of a folder, as a stream.
 * Blocks while the input does.
 */
final class HtmlPage {
    private static final String META_PREFIX = "pypi:";
    private static final String SHA256 = "sha256=";
    private static final String USUAL_VERSION = "1.0";

    private static final int MOST_LOCATIONS = 100;

    private final URI address;
    private final PageHandler handler;
    private Optional<String> base = Optional.empty();
    private String version = USUAL_VERSION;
    private boolean isOfIndex;
    private final List<String> tracks = new ArrayList<>();
    private final List<String> alternates = new ArrayList<>();
    private final Map<String, String> status = new LinkedHashMap<>();

    private HtmlPage(URI address, PageHandler handler) {
        this.address = address;
        this.handler = handler;
    }

    /**
     * @param address of the page; links are relative to it, or to the page's {@code base}
     * @throws IOException if the input fails, or is no such page; its message then says why
     */
    static void read(InputStream in, URI address, PageHandler handler) throws IOException {
        new HtmlPage(address, handler).read(in);
    }

    private void read(InputStream in) throws IOException {
        elements(in, address, this::element);
        if (!isOfIndex) {
            throw new IOException(
                    "the page links to no file, and has no meta element pypi:repository-version as an empty one has");
        }
        String tracked = tracks.isEmpty() ? "" : ",\"tracks\":" + array(tracks);
        handler.key("meta", "{\"api-version\":" + JsonText.quoted(version) + tracked + "}");
        if (!alternates.isEmpty()) {
            handler.key("alternate-locations", array(alternates));
        }
        if (status.containsKey("status")) {
            handler.key("project-status", JsonText.object(status));
        }
    }

    /** Receives an element once it is complete. */
    @FunctionalInterface
    interface ElementHandler {
        void element(Element element) throws IOException;
    }

    /**
     * Reads the elements of any document, from the inside out, and holds none of them longer than needed.
     *
     * @throws IOException if the input or the handler fails
     */
    static void elements(InputStream in, URI address, ElementHandler handler) throws IOException {
        try (StreamParser html = new StreamParser(Parser.htmlParser())
                .parse(new InputStreamReader(in, StandardCharsets.UTF_8), address.toString())) {
            Iterator<Element> elements = html.iterator();
            while (elements.hasNext()) {
                Element element = elements.next();
                handler.element(element);
                drop(element);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** What was read is not needed any more: the page may be of any length. */
    private static void drop(Element element) {
        if (!element.normalName().equals("head") && !element.normalName().equals("body") && element.parent() != null) {
            element.remove();
        }
    }

    private static String array(List<String> texts) {
        return "[" + String.join(",", texts.stream().map(JsonText::quoted).toList()) + "]";
    }

    private void element(Element element) throws IOException {
        switch (element.normalName()) {
            case "base" -> base = base.or(() -> text(element, "href"));
            case "meta" -> meta(element.attr("name"), element.attr("content"));
            case "a" -> anchor(element);
            default -> {}
        }
    }

    private void meta(String name, String content) {
        if (!name.startsWith(META_PREFIX)) {
            return;
        }
        isOfIndex = true;
        switch (name.substring(META_PREFIX.length())) {
            case "repository-version" -> version = content;
            case "tracks" -> addTo(tracks, content);
            case "alternate-locations" -> addTo(alternates, content);
            case "project-status" -> status.put("status", content);
            case "project-status-reason" -> status.put("reason", content);
            default -> {}
        }
    }

    /** The key may occur several times (PEP 708). */
    private static void addTo(List<String> locations, String location) {
        if (locations.size() < MOST_LOCATIONS) {
            locations.add(location);
        }
    }

    /** Links that lead to no file, such as those to a folder or to the folder above, are left out. */
    private void anchor(Element anchor) throws IOException {
        String href = anchor.attr("href").strip();
        int hash = href.indexOf('#');
        String fragment = hash < 0 ? "" : href.substring(hash + 1);
        Optional<String> url = Urls.resolve(baseOfLinks(), hash < 0 ? href : href.substring(0, hash));
        String name = url.flatMap(Urls::fileName).orElse("");
        if (url.isEmpty() || FileName.parse(name).readings().isEmpty()) {
            return;
        }
        isOfIndex = true;
        IndexFile file = file(anchor, name, url.get(), fragment);
        handler.file(file.provenance()
                .flatMap(there -> Urls.resolve(baseOfLinks(), there))
                .map(file::provenAt)
                .orElse(file));
    }

    private URI baseOfLinks() {
        return base.flatMap(href -> Urls.resolve(address, href))
                .map(URI::create)
                .orElse(address);
    }

    private static IndexFile file(Element anchor, String name, String url, String fragment) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put(IndexFile.FILE_NAME, JsonText.quoted(name));
        keys.put(IndexFile.URL, JsonText.quoted(url));
        keys.put("hashes", hashes(fragment));
        text(anchor, "data-requires-python").ifPresent(value -> keys.put("requires-python", JsonText.quoted(value)));
        text(anchor, "data-core-metadata")
                .or(() -> text(anchor, "data-dist-info-metadata"))
                .ifPresent(value -> keys.put(IndexFile.CORE_METADATA, metadata(value)));
        text(anchor, "data-gpg-sig").ifPresent(value -> keys.put("gpg-sig", value.equals("true") ? "true" : "false"));
        text(anchor, "data-provenance").ifPresent(value -> keys.put(IndexFile.PROVENANCE, JsonText.quoted(value)));
        keys.put(IndexFile.YANKED, yanked(anchor));
        OptionalLong size = size(anchor.attr("data-size"));
        size.ifPresent(bytes -> keys.put("size", Long.toString(bytes)));
        Optional<String> time = text(anchor, "data-upload-time");
        time.ifPresent(value -> keys.put("upload-time", JsonText.quoted(value)));
        Optional<Digest> sha256 =
                fragment.startsWith(SHA256) ? Keys.sha256(fragment.substring(SHA256.length())) : Optional.empty();
        return new IndexFile(name, url, keys, sha256, size, time.flatMap(IndexFile::instant));
    }

    private static Optional<String> text(Element anchor, String attribute) {
        return anchor.hasAttr(attribute) ? Optional.of(anchor.attr(attribute)) : Optional.empty();
    }

    /** The fragment is {@code algorithm=hex}. */
    private static String hashes(String fragment) {
        int equals = fragment.indexOf('=');
        return equals <= 0
                ? "{}"
                : JsonText.object(Map.of(fragment.substring(0, equals), fragment.substring(equals + 1)));
    }

    private static String metadata(String value) {
        return value.startsWith(SHA256)
                ? JsonText.object(Map.of("sha256", value.substring(SHA256.length())))
                : value.equals("false") ? "false" : "true";
    }

    /** An empty attribute marks a file as yanked without a reason (PEP 592). */
    private static String yanked(Element anchor) {
        if (!anchor.hasAttr("data-yanked")) {
            return "false";
        }
        String reason = anchor.attr("data-yanked");
        return reason.isEmpty() ? "true" : JsonText.quoted(reason);
    }

    private static OptionalLong size(String text) {
        return Scan.isNumber(text, 18) ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}
