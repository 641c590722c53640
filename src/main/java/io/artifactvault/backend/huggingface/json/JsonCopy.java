package io.artifactvault.backend.huggingface.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies JSON token by token; numbers keep their spelling. Tokens that a step has handled itself are not copied. */
public final class JsonCopy {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonCopy() {}

    /** Inspects each token before it is copied. */
    @FunctionalInterface
    public interface Step {
        /** Whether the step has handled the current token of the parser and any further tokens that it consumed. */
        boolean takes(JsonParser parser, JsonToken token, JsonGenerator generator) throws IOException;
    }

    /** Copies the JSON; closes neither stream. */
    public static void copy(InputStream in, OutputStream out, Step step) throws IOException {
        try (JsonParser parser = JSON.createParser(in);
                JsonGenerator generator = JSON.createGenerator(out)) {
            parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
            generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (!step.takes(parser, token, generator)) {
                    copyToken(parser, token, generator);
                }
            }
        }
    }

    private static void copyToken(JsonParser parser, JsonToken token, JsonGenerator generator) throws IOException {
        if (token.isNumeric()) {
            generator.writeNumber(parser.getText());
        } else {
            generator.copyCurrentEvent(parser);
        }
    }
}
