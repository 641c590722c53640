package io.artifactvault.backend.pypi;

import com.fasterxml.jackson.core.JsonGenerator;
import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.pypi.text.JsonText;
import io.artifactvault.backend.pypi.text.Urls;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Normalises a project's page to JSON with absolute URLs: the files first, in the index's order and with all of their
 * keys, then the other keys. Blocks; holds one file at a time.
 *
 * @param address of the page
 * @param html whether the index sent HTML
 * @param lenient whether a file without a name or URL is left out, so that other indexes' files are not lost with it
 * @param limit the longest page that is read
 */
record PageEdit(URI address, boolean html, boolean lenient, PageLimit limit) implements BodyEdit {
    /** The field that identifies a stored page: the sha256 of its normalised form. */
    static final String PAGE_DIGEST = "X-Page-Digest";

    private static final int MOST_CHARACTERS_OF_KEYS = 8 << 20;

    @Override
    public Fields copy(InputStream in, OutputStream out) throws IOException {
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
        Writer writer = new Writer(address, lenient, hasher.writingTo(out));
        InputStream limited = limit.of(in);
        if (html) {
            HtmlPage.read(limited, address, writer);
        } else {
            JsonPage.read(limited, writer);
        }
        writer.end();
        // To the end, so that what follows counts as well, and the checksum of a coding is checked.
        limited.transferTo(OutputStream.nullOutputStream());
        return Fields.of(PAGE_DIGEST, hasher.finish().hex());
    }

    private static final class Writer implements PageHandler {
        private final URI address;
        private final boolean lenient;
        private final JsonGenerator json;
        private final Map<String, String> keys = new LinkedHashMap<>();
        private int characters;

        Writer(URI address, boolean lenient, OutputStream out) throws IOException {
            this.address = address;
            this.lenient = lenient;
            this.json = JsonText.FACTORY.createGenerator(out);
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeArrayFieldStart("files");
        }

        @Override
        public void key(String key, String value) throws IOException {
            characters += key.length() + value.length();
            if (characters > MOST_CHARACTERS_OF_KEYS) {
                throw new IOException(
                        "the index page has more than " + MOST_CHARACTERS_OF_KEYS + " characters besides its files");
            }
            keys.put(key, value);
        }

        /** A URL that cannot be requested stays as it is: the view says so to whoever requests the file. */
        @Override
        public void file(IndexFile file) throws IOException {
            if (file.fault().isPresent()) {
                if (lenient) {
                    return;
                }
                throw new IOException(file.fault().get());
            }
            Optional<String> absolute = Urls.resolve(address, withoutFragment(file.url()));
            IndexFile placed = file.at(absolute.orElse(file.url()));
            write(
                    json,
                    file.provenance()
                            .flatMap(there -> Urls.resolve(address, there))
                            .map(placed::provenAt)
                            .orElse(placed));
        }

        private static String withoutFragment(String url) {
            int hash = url.indexOf('#');
            return hash < 0 ? url : url.substring(0, hash);
        }

        void end() throws IOException {
            json.writeEndArray();
            for (Map.Entry<String, String> key : keys.entrySet()) {
                json.writeFieldName(key.getKey());
                json.writeRawValue(key.getValue());
            }
            json.writeEndObject();
            json.close();
        }
    }

    static void write(JsonGenerator json, IndexFile file) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, String> key : file.keys().entrySet()) {
            json.writeFieldName(key.getKey());
            json.writeRawValue(key.getValue());
        }
        json.writeEndObject();
    }
}
