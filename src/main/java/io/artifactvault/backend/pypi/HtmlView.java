package io.artifactvault.backend.pypi;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.backend.pypi.text.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes a project's page as HTML (PEP 503), with the attributes {@code data-upload-time} and {@code data-size}, which
 * uv reads.
 */
final class HtmlView {
    private static final List<String> HASHES = List.of("sha256", "sha512", "sha384", "sha224", "sha1", "md5");

    private final ProjectName project;
    private final Writer html;
    private final Map<String, String> meta = new LinkedHashMap<>();

    HtmlView(ProjectName project, OutputStream out) {
        this.project = project;
        this.html = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    }

    /** Collects what the head states. */
    PageHandler head() {
        return new PageHandler() {
            @Override
            public void key(String key, String json) throws IOException {
                switch (key) {
                    case "meta" -> {
                        member(json, "api-version").ifPresent(v -> meta.put("repository-version", v));
                        locations("tracks", tracks(json));
                    }
                    case "alternate-locations" -> locations(key, strings(json));
                    case "project-status" -> {
                        member(json, "status").ifPresent(text -> meta.put("project-status", text));
                        member(json, "reason").ifPresent(text -> meta.put("project-status-reason", text));
                    }
                    default -> {}
                }
            }

            @Override
            public void file(IndexFile file) {}
        };
    }

    private void locations(String key, List<String> urls) {
        urls.forEach(url -> meta.merge(key, url, (a, b) -> a + "\n" + b));
    }

    void begin() throws IOException {
        html.write("<!DOCTYPE html>\n<html>\n<head>\n");
        meta.putIfAbsent("repository-version", "1.0");
        for (Map.Entry<String, String> entry : meta.entrySet()) {
            for (String content : entry.getValue().split("\n", -1)) {
                html.write("<meta name=\"pypi:" + entry.getKey() + "\" content=\"" + escaped(content) + "\">\n");
            }
        }
        html.write("<title>Links for " + project + "</title>\n</head>\n<body>\n<h1>Links for " + project + "</h1>\n");
    }

    /** @param shown the file as clients see it; empty if it is not available */
    PageHandler body(Function<IndexFile, Optional<IndexFile>> shown) {
        return new PageHandler() {
            @Override
            public void key(String key, String json) {}

            @Override
            public void file(IndexFile file) throws IOException {
                Optional<IndexFile> visible = shown.apply(file);
                if (visible.isPresent()) {
                    anchor(visible.get());
                }
            }
        };
    }

    private void anchor(IndexFile file) throws IOException {
        html.write("<a href=\"" + escaped(file.url() + fragment(file)) + '"');
        attribute("data-requires-python", text(file, "requires-python"));
        attribute("data-yanked", yanked(file));
        Optional<String> metadata = file.coreMetadata().map(HtmlView::metadata);
        attribute("data-core-metadata", metadata);
        attribute("data-dist-info-metadata", metadata);
        attribute(
                "data-gpg-sig", Optional.ofNullable(file.keys().get("gpg-sig")).filter(v -> !v.equals("null")));
        attribute("data-provenance", text(file, IndexFile.PROVENANCE));
        attribute("data-upload-time", text(file, "upload-time"));
        attribute(
                "data-size",
                file.size().isPresent() ? Optional.of(Long.toString(file.size().getAsLong())) : Optional.empty());
        html.write(">" + escaped(file.name()) + "</a><br>\n");
    }

    private void attribute(String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            html.write(' ' + name + "=\"" + escaped(value.get()) + '"');
        }
    }

    /** The strongest digest that the index gives. */
    private static String fragment(IndexFile file) throws IOException {
        Map<String, String> hashes = JsonText.members(file.keys().getOrDefault("hashes", "{}"));
        return HASHES.stream()
                .filter(hashes::containsKey)
                .findFirst()
                .map(algorithm -> "#" + algorithm + "=" + hashes.get(algorithm))
                .orElse("");
    }

    private static Optional<String> text(IndexFile file, String key) {
        return Optional.ofNullable(file.keys().get(key)).flatMap(JsonText::string);
    }

    private static Optional<String> yanked(IndexFile file) {
        String value = file.keys().getOrDefault(IndexFile.YANKED, "false");
        return value.equals("true") ? Optional.of("") : JsonText.string(value);
    }

    private static String metadata(String json) {
        return JsonText.sha256(json).map(digest -> "sha256=" + digest.hex()).orElse("true");
    }

    private static Optional<String> member(String json, String key) throws IOException {
        return Optional.ofNullable(JsonText.members(json).get(key));
    }

    /** The member {@code tracks} of {@code meta} (PEP 708). */
    private static List<String> tracks(String meta) throws IOException {
        try (JsonParser parser = JsonText.FACTORY.createParser(meta)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return List.of();
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                String value = JsonText.raw(parser);
                if (key.equals("tracks")) {
                    return strings(value);
                }
            }
            return List.of();
        }
    }

    private static List<String> strings(String json) throws IOException {
        List<String> strings = new ArrayList<>();
        try (JsonParser parser = JsonText.FACTORY.createParser(json)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_STRING) {
                    strings.add(parser.getText().replace('\n', ' '));
                }
            }
        }
        return strings;
    }

    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    void end() throws IOException {
        html.write("</body>\n</html>\n");
        html.flush();
    }
}
