package io.artifactvault.backend.huggingface;

import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.huggingface.json.JsonCopy;
import io.artifactvault.http.Fields;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * Replaces the Hub's address with the vault's where JSON contains addresses that clients fetch: the lists of a
 * dataset's Parquet files.
 */
final class HubAddresses implements BodyEdit {
    private final List<String> theirs;
    private final String ours;

    /** @param mount the Hub's address on the vault, with a slash at the end */
    HubAddresses(Hub hub, String mount) {
        this.theirs = List.of(hub.settings().baseUrl() + "/", "https://huggingface.co/");
        this.ours = mount;
    }

    @Override
    public Fields copy(InputStream in, OutputStream out) throws IOException {
        JsonCopy.copy(in, out, (parser, token, generator) -> {
            if (token != JsonToken.VALUE_STRING) {
                return false;
            }
            String text = parser.getText();
            for (String base : theirs) {
                if (text.startsWith(base)) {
                    generator.writeString(ours + text.substring(base.length()));
                    return true;
                }
            }
            return false;
        });
        return Fields.EMPTY;
    }
}
