package io.artifactvault.backend.pypi;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.backend.pypi.text.JsonText;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jsoup.nodes.Element;

/**
 * Writes the list of an index's projects in the form that a client asked for, without the projects that the vault does
 * not list. Blocks; holds one project at a time.
 *
 * @param html whether the index sent HTML
 * @param form what is written
 * @param limit the longest list that is read
 */
record ListEdit(PyPiSettings settings, boolean html, Form form, PageLimit limit) implements BodyEdit {
    /** The field that identifies a stored list: the sha256 of its content. */
    static final String LIST_DIGEST = "X-List-Digest";

    private static final String PROJECTS = "projects";
    private static final String NAME = "name";
    private static final String META = "meta";
    private static final String API_VERSION = "api-version";

    /** Receives the parts of a list in the order in which they are read. */
    private interface Handler {
        /** A key of the list besides its projects. */
        void key(String key, String json) throws IOException;

        /** @param keys of the project, with their JSON values */
        void project(String name, Map<String, String> keys) throws IOException;

        void end() throws IOException;
    }

    @Override
    public Fields copy(InputStream in, OutputStream out) throws IOException {
        InputStream limited = limit.of(in);
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
        OutputStream hashed = hasher.writingTo(out);
        Handler handler = form.isJson() ? new JsonList(hashed) : new HtmlList(hashed);
        if (html) {
            readHtml(limited, handler);
        } else {
            readJson(limited, handler);
        }
        handler.end();
        // To the end, so that what follows counts as well.
        limited.transferTo(OutputStream.nullOutputStream());
        return Fields.of(LIST_DIGEST, hasher.finish().hex());
    }

    /** Other rules make another list. */
    @Override
    public String version() {
        return "v2-" + settings.listKey();
    }

    /** A name that no project can have is not listed either. */
    private boolean isListed(String name) {
        return ProjectName.parse(name).filter(settings::lists).isPresent();
    }

    private void readJson(InputStream in, Handler handler) throws IOException {
        try (JsonParser json = JsonText.FACTORY.createParser(in)) {
            json.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the list of projects is not a JSON object");
            }
            boolean found = false;
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String key = json.currentName();
                JsonToken value = json.nextToken();
                if (key.equals(PROJECTS) && value == JsonToken.START_ARRAY) {
                    found = true;
                    projects(json, handler);
                } else {
                    handler.key(key, JsonText.raw(json));
                }
            }
            if (!found) {
                throw new IOException("the list of projects has no projects");
            }
        } catch (JsonProcessingException e) {
            throw new IOException("the list of projects is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private void projects(JsonParser json, Handler handler) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw new IOException("the list of projects contains one that is not a JSON object");
            }
            Map<String, String> keys = new LinkedHashMap<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String key = json.currentName();
                json.nextToken();
                keys.put(key, JsonText.raw(json));
            }
            String name = Optional.ofNullable(keys.get(NAME))
                    .flatMap(JsonText::string)
                    .orElse("");
            if (isListed(name)) {
                handler.project(name, keys);
            }
        }
    }

    private void readHtml(InputStream in, Handler handler) throws IOException {
        HtmlPage.elements(in, settings.index().projects(), element -> element(element, handler));
    }

    private void element(Element element, Handler handler) throws IOException {
        String name = element.text().strip();
        if (element.normalName().equals("meta") && element.attr(NAME).equals("pypi:repository-version")) {
            handler.key(META, JsonText.object(Map.of(API_VERSION, element.attr("content"))));
        } else if (element.normalName().equals("a") && isListed(name)) {
            handler.project(name, Map.of(NAME, JsonText.quoted(name)));
        }
    }

    private static final class JsonList implements Handler {
        private final JsonGenerator json;
        private boolean hasMeta;
        private boolean inProjects;

        JsonList(OutputStream out) throws IOException {
            json = JsonText.FACTORY.createGenerator(out);
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
        }

        @Override
        public void key(String key, String value) throws IOException {
            closeProjects();
            hasMeta |= key.equals(META);
            json.writeFieldName(key);
            json.writeRawValue(value);
        }

        @Override
        public void project(String name, Map<String, String> keys) throws IOException {
            openProjects();
            json.writeStartObject();
            for (Map.Entry<String, String> key : keys.entrySet()) {
                json.writeFieldName(key.getKey());
                json.writeRawValue(key.getValue());
            }
            json.writeEndObject();
        }

        private void openProjects() throws IOException {
            if (!inProjects) {
                json.writeArrayFieldStart(PROJECTS);
                inProjects = true;
            }
        }

        private void closeProjects() throws IOException {
            if (inProjects) {
                json.writeEndArray();
                inProjects = false;
            }
        }

        @Override
        public void end() throws IOException {
            openProjects();
            closeProjects();
            if (!hasMeta) {
                key(META, JsonText.object(Map.of(API_VERSION, "1.0")));
            }
            json.writeEndObject();
            json.close();
        }
    }

    private static final class HtmlList implements Handler {
        private final OutputStreamWriter html;
        private String version = "1.0";
        private boolean begun;

        HtmlList(OutputStream out) {
            html = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        }

        @Override
        public void key(String key, String json) throws IOException {
            if (key.equals(META)) {
                version = JsonText.members(json).getOrDefault(API_VERSION, version);
            }
        }

        @Override
        public void project(String name, Map<String, String> keys) throws IOException {
            begin();
            String link = ProjectName.parse(name).orElseThrow() + "/";
            html.write("<a href=\"" + link + "\">" + HtmlView.escaped(name) + "</a><br>\n");
        }

        private void begin() throws IOException {
            if (!begun) {
                begun = true;
                html.write("<!DOCTYPE html>\n<html>\n<head>\n<meta name=\"pypi:repository-version\" content=\""
                        + HtmlView.escaped(version) + "\">\n<title>Simple index</title>\n</head>\n<body>\n");
            }
        }

        @Override
        public void end() throws IOException {
            begin();
            html.write("</body>\n</html>\n");
            html.flush();
        }
    }
}
