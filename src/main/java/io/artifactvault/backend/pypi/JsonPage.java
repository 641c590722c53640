package io.artifactvault.backend.pypi;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.pypi.text.JsonText;
import java.io.IOException;
import java.io.InputStream;

/** Reads a project's page in JSON (PEP 691) as a stream. Blocks while the input does. */
final class JsonPage {
    private JsonPage() {}

    /** @throws IOException if the input fails, or is not such a page; its message then says why */
    static void read(InputStream in, PageHandler handler) throws IOException {
        try (JsonParser json = JsonText.FACTORY.createParser(in)) {
            json.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the index page is not a JSON object");
            }
            boolean hasFiles = false;
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String key = json.currentName();
                JsonToken value = json.nextToken();
                if (key.equals("files")) {
                    hasFiles = true;
                    files(json, value, handler);
                } else {
                    handler.key(key, JsonText.raw(json));
                }
            }
            if (!hasFiles) {
                throw new IOException("the index page has no files");
            }
        } catch (JsonParseException e) {
            throw new IOException("the index page is not valid JSON: " + e.getOriginalMessage(), e);
        } catch (JsonProcessingException e) {
            throw new IOException("the index page exceeds a limit: " + e.getOriginalMessage(), e);
        }
    }

    private static void files(JsonParser json, JsonToken value, PageHandler handler) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            throw new IOException("the index page's files are not a JSON array");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            handler.file(IndexFile.read(json));
        }
    }
}
