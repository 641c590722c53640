package io.artifactvault.backend.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The references of a manifest of any schema, of an index, or of a list of referrers. Other content is skipped.
 *
 * @param isIndex whether it lists manifests
 * @param config of an image or artifact
 * @param layers and other blobs
 * @param manifests of an index
 */
record Manifest(boolean isIndex, Optional<Descriptor> config, List<Descriptor> layers, List<Descriptor> manifests) {
    private static final int DEEPEST = 64;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxDocumentLength(ManifestEdit.MOST_BYTES)
                    .build())
            .build();

    /** @throws IOException with the rest of a sentence, if it is longer than a manifest may be, or no JSON object */
    static Manifest read(byte[] body) throws IOException {
        try (JsonParser json = open(body)) {
            boolean isIndex = false;
            Optional<Descriptor> config = Optional.empty();
            List<Descriptor> layers = new ArrayList<>();
            List<Descriptor> manifests = new ArrayList<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String key = json.currentName();
                JsonToken value = json.nextToken();
                switch (key) {
                    case "config" -> config = value == JsonToken.START_OBJECT ? Optional.of(descriptor(json)) : config;
                    // "blobs" in artifact manifests, "fsLayers" in Docker's first schema.
                    case "layers", "blobs", "fsLayers" -> descriptors(json, layers);
                    case "manifests" -> {
                        isIndex = value == JsonToken.START_ARRAY;
                        descriptors(json, manifests);
                    }
                    default -> json.skipChildren();
                }
            }
            return new Manifest(isIndex, config, List.copyOf(layers), List.copyOf(manifests));
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        }
    }

    /** The platform that the configuration of an image states. */
    static Platform platform(byte[] config) throws IOException {
        try (JsonParser json = open(config)) {
            return platform(json);
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        }
    }

    private static JsonParser open(byte[] body) throws IOException {
        if (body.length > ManifestEdit.MOST_BYTES) {
            throw new IOException("it is longer than " + ManifestEdit.MOST_BYTES + " bytes");
        }
        JsonParser json = JSON.createParser(body);
        if (json.nextToken() != JsonToken.START_OBJECT) {
            json.close();
            throw new IOException("it is not a JSON object");
        }
        return json;
    }

    private static IOException unreadable(JsonProcessingException e) {
        return new IOException("it cannot be read: " + e.getOriginalMessage(), e);
    }

    private static void descriptors(JsonParser json, List<Descriptor> all) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                all.add(descriptor(json));
            } else {
                json.skipChildren();
            }
        }
    }

    private static Descriptor descriptor(JsonParser json) throws IOException {
        String mediaType = "";
        String digest = "";
        long size = -1;
        Optional<Platform> platform = Optional.empty();
        String attested = "";
        boolean isElsewhere = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            JsonToken value = json.nextToken();
            switch (key) {
                case "mediaType" -> mediaType = text(json);
                case "digest", "blobSum" -> digest = text(json);
                case "size" -> size = value == JsonToken.VALUE_NUMBER_INT ? json.getLongValue() : size;
                case "platform" ->
                    platform = value == JsonToken.START_OBJECT ? Optional.of(platform(json)) : Optional.empty();
                case "annotations" -> attested = value == JsonToken.START_OBJECT ? attested(json) : text(json);
                case "urls" -> isElsewhere = value == JsonToken.START_ARRAY && hasElements(json);
                default -> json.skipChildren();
            }
        }
        return new Descriptor(mediaType, digest, size, platform, attested, isElsewhere);
    }

    /** A text; empty for any other value, which is skipped. */
    private static String text(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        json.skipChildren();
        return "";
    }

    private static Platform platform(JsonParser json) throws IOException {
        String os = "";
        String architecture = "";
        String variant = "";
        String osVersion = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            json.nextToken();
            switch (key) {
                case "os" -> os = text(json);
                case "architecture" -> architecture = text(json);
                case "variant" -> variant = text(json);
                case "os.version" -> osVersion = text(json);
                default -> json.skipChildren();
            }
        }
        return Platform.of(os, architecture, variant, osVersion);
    }

    /** BuildKit's mark of an attestation. */
    private static String attested(JsonParser json) throws IOException {
        String attested = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean isMark = json.currentName().equals("vnd.docker.reference.digest");
            json.nextToken();
            String value = text(json);
            attested = isMark ? value : attested;
        }
        return attested;
    }

    private static boolean hasElements(JsonParser json) throws IOException {
        boolean any = false;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            any = true;
            json.skipChildren();
        }
        return any;
    }
}
