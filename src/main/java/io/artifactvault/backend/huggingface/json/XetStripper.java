package io.artifactvault.backend.huggingface.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.BodyEdit;
import io.artifactvault.http.Fields;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;

/**
 * Removes the Xet hints from the Hub's JSON, so that huggingface_hub 1.22 and later, which start Xet from the tree
 * alone, stay on plain HTTP. Also records the facts that a response states about its repository ({@link InfoReader}).
 * It removes only the keys named here, and only at the places where the Hub puts them. The rest keeps its order, and
 * numbers keep their spelling.
 */
public final class XetStripper implements BodyEdit {
    private static final Set<String> HINTS = Set.of("xetHash", "xetEnabled", "xet");

    @Override
    public Fields copy(InputStream in, OutputStream out) throws IOException {
        InfoReader info = new InfoReader();
        JsonCopy.copy(in, out, (parser, token, _) -> {
            if (token == JsonToken.FIELD_NAME && isHint(parser)) {
                parser.nextToken();
                parser.skipChildren();
                return true;
            }
            info.read(parser, token);
            return false;
        });
        return info.fields();
    }

    /**
     * Whether the current token is a hint, which occurs only in repository objects (the root, or elements of a list at
     * the root) and in file objects (elements of a list at the root, or of {@code siblings}).
     */
    private static boolean isHint(JsonParser parser) throws IOException {
        if (!HINTS.contains(parser.currentName())) {
            return false;
        }
        JsonStreamContext object = parser.getParsingContext();
        return isRepository(object)
                || (object.getParent().inArray()
                        && isSiblings(object.getParent().getParent()));
    }

    private static boolean isRepository(JsonStreamContext object) {
        JsonStreamContext around = object.getParent();
        return around.inRoot() || (around.inArray() && around.getParent().inRoot());
    }

    private static boolean isSiblings(JsonStreamContext context) {
        return context.inObject() && "siblings".equals(context.getCurrentName()) && isRepository(context);
    }
}
