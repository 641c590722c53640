package io.artifactvault.backend.huggingface.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.artifactvault.backend.huggingface.route.AmbiguousRequestException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * A batch request from git-lfs.
 *
 * @param isDownload whether it requests a download rather than an upload
 * @param body for upstream: for a download, without the transfer methods that bypass the vault
 */
public record LfsBatchRequest(boolean isDownload, byte[] body) {
    private static final JsonFactory STRICT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Parses the body; one that is not JSON is left unchanged, and the Hub refuses it.
     *
     * @throws AmbiguousRequestException if it could be read in two ways: the operation determines whose token is sent
     */
    public static LfsBatchRequest read(byte[] body) throws AmbiguousRequestException {
        Operation operation = new Operation();
        ByteArrayOutputStream basic = new ByteArrayOutputStream();
        try {
            JsonCopy.copy(new ByteArrayInputStream(body), basic, (parser, token, _) -> {
                operation.read(parser, token);
                return isOtherTransfer(parser, token);
            });
        } catch (IOException e) {
            return new LfsBatchRequest(false, body);
        }
        refuseTwoMeanings(body);
        return operation.download ? new LfsBatchRequest(true, basic.toByteArray()) : new LfsBatchRequest(false, body);
    }

    /**
     * Refuses a body with several members of the same name: some servers use the first one, some the last, and some
     * ignore case.
     */
    private static void refuseTwoMeanings(byte[] body) throws AmbiguousRequestException {
        Set<String> members = new HashSet<>();
        int values = 0;
        try (JsonParser parser = STRICT.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean ofRoot = parser.getParsingContext().inObject()
                        && parser.getParsingContext().getParent().inRoot();
                if (token == JsonToken.FIELD_NAME
                        && ofRoot
                        && !members.add(parser.currentName().toLowerCase(Locale.ROOT))) {
                    throw new IOException("a member twice");
                }
                values += parser.getParsingContext().inRoot() ? 1 : 0;
            }
        } catch (IOException e) {
            throw refused();
        }
        if (values > 1) {
            throw refused();
        }
    }

    private static AmbiguousRequestException refused() {
        return new AmbiguousRequestException(
                "The batch request is ambiguous; send one JSON object without duplicate members.");
    }

    private static boolean isOtherTransfer(JsonParser parser, JsonToken token) throws IOException {
        return token == JsonToken.VALUE_STRING
                && parser.getParsingContext().inArray()
                && "transfers".equals(parser.getParsingContext().getParent().getCurrentName())
                && !parser.getText().equals("basic");
    }

    /** The operation as it is read; confined to the parse of one body. */
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
