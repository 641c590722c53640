package io.artifactvault.backend.pypi;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.pypi.dist.FileName;
import io.artifactvault.backend.pypi.lock.Hash;
import io.artifactvault.backend.pypi.text.JsonText;
import io.artifactvault.backend.pypi.text.Keys;
import io.artifactvault.http.Digest;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One file as an index lists it.
 *
 * @param name {@code filename}
 * @param url as the index gives it; absolute in stored pages
 * @param keys all keys and their JSON values, in the index's order; includes those that have a component here
 * @param sha256 the digest by which its content is verified
 * @param size its length, if the index gives it
 * @param uploaded {@code upload-time} (PEP 700)
 */
record IndexFile(
        String name,
        String url,
        Map<String, String> keys,
        Optional<Digest> sha256,
        OptionalLong size,
        Optional<Instant> uploaded) {
    static final String FILE_NAME = "filename";
    static final String URL = "url";
    static final String CORE_METADATA = "core-metadata";
    static final String OLD_CORE_METADATA = "dist-info-metadata";

    /** The spelling that PyPI uses in JSON, beside the standard one. */
    static final String PYPI_CORE_METADATA = "data-dist-info-metadata";

    static final String GPG_SIG = "gpg-sig";
    static final String YANKED = "yanked";
    static final String PROVENANCE = "provenance";

    private static final String HASHES = "hashes";

    /**
     * Reads one member of {@code files}; the parser is at its beginning, and then at its end.
     *
     * @throws IOException for a value that is no file
     */
    static IndexFile read(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException("the index lists a file that is not a JSON object");
        }
        Map<String, String> keys = new LinkedHashMap<>();
        String name = "";
        String url = "";
        OptionalLong size = OptionalLong.empty();
        Optional<Instant> uploaded = Optional.empty();
        Optional<Digest> sha256 = Optional.empty();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            JsonToken value = json.nextToken();
            boolean text = value == JsonToken.VALUE_STRING;
            switch (key) {
                case FILE_NAME -> name = text ? json.getText() : "";
                case URL -> url = text ? json.getText() : "";
                case "size" -> size = size(json, value);
                case "upload-time" -> uploaded = text ? instant(json.getText()) : Optional.empty();
                default -> {}
            }
            if (key.equals(HASHES) && value == JsonToken.START_OBJECT) {
                Map<String, String> hashes = JsonText.strings(json);
                sha256 = Keys.sha256(hashes.getOrDefault("sha256", ""));
                keys.put(key, JsonText.object(hashes));
            } else {
                keys.put(key, JsonText.raw(json));
            }
        }
        return new IndexFile(name, url, keys, sha256, size, uploaded);
    }

    /** What is wrong with it, in a clause; empty for a file with a name and a URL. */
    Optional<String> fault() {
        if (!FileName.isLegal(name)) {
            return Optional.of("the index lists a file without a valid name");
        }
        return url.isEmpty() ? Optional.of("the index lists " + name + " without a URL") : Optional.empty();
    }

    private static OptionalLong size(JsonParser json, JsonToken value) throws IOException {
        boolean whole =
                value == JsonToken.VALUE_NUMBER_INT && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        return whole && json.getLongValue() >= 0 ? OptionalLong.of(json.getLongValue()) : OptionalLong.empty();
    }

    /** ISO 8601 (PEP 700); empty for any other text. */
    static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The same file at another address. */
    IndexFile at(String address) {
        Map<String, String> moved = new LinkedHashMap<>(keys);
        moved.put(URL, JsonText.quoted(address));
        return new IndexFile(name, address, moved, sha256, size, uploaded);
    }

    /** The same file with its provenance at another address. */
    IndexFile provenAt(String address) {
        Map<String, String> moved = new LinkedHashMap<>(keys);
        moved.put(PROVENANCE, JsonText.quoted(address));
        return new IndexFile(name, url, moved, sha256, size, uploaded);
    }

    /** The same with only those keys that a request for the file needs. */
    IndexFile brief() {
        Map<String, String> few = new LinkedHashMap<>();
        coreMetadata().ifPresent(value -> few.put(CORE_METADATA, value));
        if (hasSignature()) {
            few.put(GPG_SIG, "true");
        }
        provenance().ifPresent(value -> few.put(PROVENANCE, JsonText.quoted(value)));
        if (hasInvalidDigest()) {
            few.put(HASHES, keys.get(HASHES));
        }
        return new IndexFile(name, url, Map.copyOf(few), sha256, size, uploaded);
    }

    /** Whether the index gives a sha256 that is none. */
    boolean hasInvalidDigest() {
        return sha256.isEmpty() && keys.getOrDefault(HASHES, "").contains("\"sha256\":");
    }

    /** All hashes that the index gives. */
    List<Hash> hashes() {
        return JsonText.strings(keys.getOrDefault(HASHES, "{}")).entrySet().stream()
                .map(hash -> new Hash(hash.getKey(), hash.getValue()))
                .toList();
    }

    /** The JSON value of the core metadata's announcement; empty if the index announces none. */
    Optional<String> coreMetadata() {
        return Optional.ofNullable(keys.getOrDefault(
                        CORE_METADATA, keys.getOrDefault(OLD_CORE_METADATA, keys.get(PYPI_CORE_METADATA))))
                .filter(value -> !value.equals("false") && !value.equals("null"));
    }

    /** The digest of the core metadata, if the index gives it. */
    Optional<Digest> coreMetadataDigest() {
        return coreMetadata().flatMap(JsonText::sha256);
    }

    /** Whether the index states that a signature lies beside it (PEP 503). */
    boolean hasSignature() {
        return keys.getOrDefault(GPG_SIG, "false").equals("true");
    }

    /** The URL of its provenance (PEP 740), if the index gives one. */
    Optional<String> provenance() {
        return Optional.ofNullable(keys.get(PROVENANCE)).flatMap(JsonText::string);
    }
}
