package io.artifactvault.cache.fill;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.cache.content.BodyInput;
import io.artifactvault.cache.content.StoreException;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.work.FillPlaces;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.index.Entry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.function.BiFunction;

/**
 * Fetches a body that is edited on the way to disk. Such bodies are short: no reader follows them, and none can be
 * resumed, because upstream does not have the stored bytes. Blocking, in a place of its own.
 */
public record EditedFill(Fill.Tools tools, Representation content) {
    /**
     * Returns the entry when the edited body is stored.
     *
     * @param filed creates the entry to store, from that of the content and the fields that the edit returns
     * @throws OriginException if upstream breaks off or the edit cannot parse its body
     * @throws StoreException if the store cannot accept it
     */
    public Entry run(OriginResponse response, BodyEdit edit, BiFunction<Entry, Fields, Entry> filed)
            throws OriginException {
        return tools.fills().places().with(FillPlaces.Kind.SHORT_FILL, () -> runInPlace(response, edit, filed));
    }

    private Entry runInPlace(OriginResponse response, BodyEdit edit, BiFunction<Entry, Fields, Entry> filed)
            throws OriginException {
        response.expectPace();
        BodyInput input = new BodyInput(response);
        Fill fill = new Fill(tools, content);
        Fields fields;
        try (BlobWriter writer = fill.create()) {
            try (OutputStream output = new WriterOutput(writer)) {
                fields = edit.copy(input, output);
                input.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                throw input.failure().orElseGet(() -> notUnderstood(e));
            }
            fill.verify(writer);
            return new Fill(tools, content.with(filed.apply(content.entry(), fields))).keep(writer);
        } catch (IOException e) {
            throw new StoreException(e);
        }
    }

    /** A blob being written as a stream. A failing disk throws {@link StoreException}, not IOException. */
    private static final class WriterOutput extends OutputStream {
        private final BlobWriter writer;

        WriterOutput(BlobWriter writer) {
            this.writer = writer;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                writer.write(writer.extents().end(), ByteBuffer.wrap(bytes, offset, length));
            } catch (IOException e) {
                throw new StoreException(e);
            }
        }
    }

    private OriginException notUnderstood(IOException e) {
        return new OriginException(OriginFailure.UNEXPECTED_ANSWER, "the body of " + content.title(), e);
    }
}
