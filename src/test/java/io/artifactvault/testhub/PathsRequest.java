package io.artifactvault.testhub;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The body of a paths-info request, as a form or as JSON. */
record PathsRequest(List<String> paths, boolean expand) {
    private static final int MOST = 2000;

    PathsRequest {
        if (paths.size() > MOST) {
            throw HubError.badRequest("Too many paths: at most " + MOST).refusal();
        }
    }

    static PathsRequest of(OriginRequest request) {
        if (request.field("Content-Type").orElse("").contains("json")) {
            return json(request.bodyText());
        }
        Query form = Query.parse(request.bodyText());
        return new PathsRequest(form.all("paths"), form.flag("expand"));
    }

    private static PathsRequest json(String body) {
        List<String> paths = new ArrayList<>();
        boolean expand = false;
        try (JsonParser json = HubJson.parse(body)) {
            while (json.nextToken() != null) {
                JsonToken token = json.currentToken();
                if (token == JsonToken.VALUE_STRING) {
                    paths.add(json.getText());
                } else if (token == JsonToken.VALUE_TRUE) {
                    expand = true;
                }
            }
        } catch (IOException e) {
            throw HubError.badRequest("Invalid JSON").refusal();
        }
        return new PathsRequest(List.copyOf(paths), expand);
    }
}
