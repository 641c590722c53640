package io.artifactvault.backend.huggingface.links;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.huggingface.json.JsonCopy;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Scan;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * Lets git-lfs fetch objects from the vault instead of the URLs in the Hub's batch response. Replaces the addresses of
 * downloads with the vault's own ({@link LfsLinks}), which expire as grants do; removes the fields that the Hub wants
 * sent along, because they are for the Hub's addresses only.
 */
public final class LfsBatch implements BodyEdit {
    private final LfsLinks links;
    private final Repository repository;
    private final String mount;
    private final Duration life;

    public LfsBatch(LfsLinks links, Repository repository, String mount, Duration life) {
        this.links = links;
        this.repository = repository;
        this.mount = mount;
        this.life = life;
    }

    /** The object whose tokens are being read. Confined to one copy. */
    private static final class Current {
        private String oid = "";
        private long size = -1;
    }

    @Override
    public Fields copy(InputStream in, OutputStream out) throws IOException {
        Current object = new Current();
        JsonCopy.copy(in, out, (parser, token, generator) -> take(parser, token, generator, object));
        return Fields.EMPTY;
    }

    private boolean take(JsonParser parser, JsonToken token, JsonGenerator generator, Current object)
            throws IOException {
        JsonStreamContext context = parser.getParsingContext();
        if (isObject(context) && token == JsonToken.VALUE_STRING && "oid".equals(parser.currentName())) {
            object.oid = parser.getText();
        } else if (isObject(context) && token == JsonToken.VALUE_NUMBER_INT && "size".equals(parser.currentName())) {
            object.size = parser.getLongValue();
        }
        if (token != JsonToken.FIELD_NAME || !isDownload(context)) {
            return false;
        }
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals("href")) {
            generator.writeStringField("href", link(href(parser), object));
            generator.writeNumberField("expires_in", life.toSeconds());
        } else {
            parser.skipChildren();
        }
        return true;
    }

    /**
     * The address from the Hub, unchecked: it is validated when the object is requested, so that one invalid address
     * does not affect the other objects.
     */
    private static String href(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        parser.skipChildren();
        return "";
    }

    private String link(String href, Current object) throws IOException {
        if (!Scan.isLowerHex(object.oid, 64) || object.size < 0) {
            throw new IOException("the batch response gives the address of an object before its oid");
        }
        return mount + links.address(new LfsLinks.Link(repository, object.oid, object.size, href), life);
    }

    private static boolean isObject(JsonStreamContext context) {
        JsonStreamContext list = context.getParent();
        return context.inObject()
                && list != null
                && list.inArray()
                && "objects".equals(list.getParent().getCurrentName());
    }

    private static boolean isDownload(JsonStreamContext context) {
        JsonStreamContext actions = context.getParent();
        return actions != null
                && "download".equals(actions.getCurrentName())
                && actions.getParent() != null
                && "actions".equals(actions.getParent().getCurrentName());
    }
}
