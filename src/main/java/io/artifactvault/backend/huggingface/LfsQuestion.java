package io.artifactvault.backend.huggingface;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * What git-lfs asks by a batch.
 *
 * @param isDownload whether it wants to fetch, not to send
 * @param body for upstream: of a download, without the ways of transfer that lead past the vault
 */
record LfsQuestion(boolean isDownload, byte[] body) {
    /** What is no JSON is left as it is, for the Hub to refuse. */
    static LfsQuestion read(byte[] body) {
        Operation operation = new Operation();
        ByteArrayOutputStream basic = new ByteArrayOutputStream();
        try {
            JsonCopy.copy(new ByteArrayInputStream(body), basic, (parser, token, _) -> {
                operation.read(parser, token);
                return isOtherTransfer(parser, token);
            });
        } catch (IOException e) {
            return new LfsQuestion(false, body);
        }
        return operation.download ? new LfsQuestion(true, basic.toByteArray()) : new LfsQuestion(false, body);
    }

    private static boolean isOtherTransfer(JsonParser parser, JsonToken token) throws IOException {
        return token == JsonToken.VALUE_STRING
                && parser.getParsingContext().inArray()
                && "transfers".equals(parser.getParsingContext().getParent().getCurrentName())
                && !parser.getText().equals("basic");
    }

    /** Confined to one reading. */
    private static final class Operation {
        private boolean download;

        void read(JsonParser parser, JsonToken token) throws IOException {
            boolean ofRoot = parser.getParsingContext().inObject()
                    && parser.getParsingContext().getParent().inRoot();
            if (token == JsonToken.VALUE_STRING && ofRoot && "operation".equals(parser.currentName())) {
                download = parser.getText().equals("download");
            }
        }
    }
}
