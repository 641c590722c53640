package io.artifactvault.backend.pypi;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.pypi.text.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Joins the pages that several indexes have of one project, in the order of the indexes: of two files with one name,
 * the first counts. It claims neither to track nor to have alternate locations (PEP 708), which is for each index to say.
 * Confined to one thread.
 */
final class Mixture {
    private static final String META = "meta";
    private static final String VERSIONS = "versions";
    private static final String API_VERSION = "api-version";
    private static final Set<String> CLAIMS = Set.of("tracks", "alternate-locations");

    private final PageHandler handler;
    private final Set<String> files = new HashSet<>();
    private final Map<String, String> keys = new LinkedHashMap<>();
    private final Set<String> versions = new LinkedHashSet<>();
    private Optional<String> apiVersion = Optional.empty();

    /** @param handler receives the files as they are read, and the other keys at the end */
    Mixture(PageHandler handler) {
        this.handler = handler;
    }

    /** Reads one stored page. Blocks while the input does. */
    void read(InputStream page) throws IOException {
        JsonPage.read(page, new PageHandler() {
            @Override
            public void key(String key, String json) throws IOException {
                switch (key) {
                    case META -> lower(json);
                    case VERSIONS -> addVersions(json);
                    default -> keys.putIfAbsent(key, json);
                }
            }

            @Override
            public void file(IndexFile file) throws IOException {
                if (files.add(file.name())) {
                    handler.file(file);
                }
            }
        });
    }

    void end() throws IOException {
        handler.key(META, JsonText.object(Map.of(API_VERSION, apiVersion.orElse("1.0"))));
        if (!versions.isEmpty()) {
            handler.key(VERSIONS, "[" + String.join(",", versions) + "]");
        }
        for (Map.Entry<String, String> key : keys.entrySet()) {
            if (!CLAIMS.contains(key.getKey())) {
                handler.key(key.getKey(), key.getValue());
            }
        }
    }

    /** The page has what the oldest of its sources has. */
    private void lower(String meta) throws IOException {
        if (!meta.startsWith("{")) {
            return;
        }
        try (JsonParser json = JsonText.FACTORY.createParser(meta)) {
            Optional<String> version = json.nextToken() == JsonToken.START_OBJECT
                    ? Optional.ofNullable(JsonText.strings(json).get(API_VERSION))
                    : Optional.empty();
            if (apiVersion.isEmpty() || isLower(version, apiVersion.get())) {
                apiVersion = version;
            }
        }
    }

    /** Of versions with one digit before the dot, the shorter is the lower one. */
    private static boolean isLower(Optional<String> version, String least) {
        return version.filter(text ->
                        text.length() == least.length() ? text.compareTo(least) < 0 : text.length() < least.length())
                .isPresent();
    }

    private void addVersions(String all) throws IOException {
        try (JsonParser json = JsonText.FACTORY.createParser(all)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.VALUE_STRING) {
                    versions.add(JsonText.quoted(json.getText()));
                }
            }
        }
    }
}
