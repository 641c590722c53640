package io.artifactvault.backend.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.artifactvault.backend.BodyEdit;
import io.artifactvault.http.Fields;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;

/**
 * Leaves only the descriptors of one artifact type in a list of referrers, for registries that ignore the filter. Holds
 * one descriptor at a time. Blocks.
 *
 * @param artifactType the type that the client asked for
 */
record ReferrersEdit(String artifactType) implements BodyEdit {
    private static final int DEEPEST = 32;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxDocumentLength(ManifestEdit.MOST_BYTES)
                    .build())
            .build();

    @Override
    public Fields copy(InputStream in, OutputStream out) throws IOException {
        try (JsonParser json = JSON.createParser(in);
                JsonGenerator filtered = JSON.createGenerator(out)) {
            json.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
            filtered.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("a list of referrers is a JSON object");
            }
            filtered.writeStartObject();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String key = json.currentName();
                filtered.writeFieldName(key);
                if (json.nextToken() == JsonToken.START_ARRAY && key.equals("manifests")) {
                    filter(json, filtered);
                } else {
                    filtered.copyCurrentStructureExact(json);
                }
            }
            filtered.writeEndObject();
        } catch (JsonProcessingException e) {
            throw new IOException("the list of referrers cannot be read: " + e.getOriginalMessage(), e);
        }
        return Fields.EMPTY;
    }

    private void filter(JsonParser json, JsonGenerator filtered) throws IOException {
        filtered.writeStartArray();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            StringWriter text = new StringWriter();
            try (JsonGenerator copy = JSON.createGenerator(text)) {
                copy.copyCurrentStructureExact(json);
            }
            if (isWanted(text.toString())) {
                filtered.writeRawValue(text.toString());
            }
        }
        filtered.writeEndArray();
    }

    private boolean isWanted(String descriptor) throws IOException {
        try (JsonParser json = JSON.createParser(descriptor)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("a descriptor is a JSON object");
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                boolean isType = json.currentName().equals("artifactType");
                if (json.nextToken() == JsonToken.VALUE_STRING && isType) {
                    return json.getText().equals(artifactType);
                }
                json.skipChildren();
            }
        }
        return false;
    }
}
