package io.artifactvault.cache.fill;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.cache.content.BodyInput;
import io.artifactvault.cache.content.StoreException;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.work.FillPlaces;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.index.Entry;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Writes content to disk that differs from upstream's: a body that is edited while it arrives, or content that the
 * vault makes itself. No reader follows it, and it cannot be resumed. Blocking, in a place of its own.
 */
public record WrittenFill(Fill.Tools tools, Representation content) {
    private static final int BUFFER = 32 * 1024;

    /** Writes content and returns the fields to store with it. */
    @FunctionalInterface
    public interface Writing {
        Fields to(OutputStream out) throws IOException;
    }

    /**
     * Edits and stores a body, and returns its entry.
     *
     * @param filed creates the entry to store from the entry of the content and the fields that the edit returned
     * @throws OriginException if upstream breaks off or the edit cannot parse its body
     * @throws StoreException if the store cannot accept it
     */
    public Entry edited(OriginResponse response, BodyEdit edit, BiFunction<Entry, Fields, Entry> filed)
            throws OriginException {
        BodyInput input = new BodyInput(response);
        Writing writing = out -> {
            response.expectPace();
            Fields fields = edit.copy(input, out);
            input.transferTo(OutputStream.nullOutputStream());
            return fields;
        };
        return tools.fills()
                .places()
                .with(
                        FillPlaces.Kind.SHORT_FILL,
                        () -> written(writing, filed, e -> input.failure().orElseGet(() -> notUnderstood(e))));
    }

    /**
     * Makes and stores content, and returns its entry. It does not take one of the fills' places, because it may have
     * to wait for the content of fills.
     *
     * @param filed creates the entry to store from the entry of the content and the fields that the writing returned
     * @throws OriginException if the content cannot be made
     * @throws StoreException if the store cannot accept it
     */
    public Entry made(Writing writing, BiFunction<Entry, Fields, Entry> filed) throws OriginException {
        return tools.fills()
                .places()
                .with(
                        FillPlaces.Kind.MAKING,
                        () -> written(writing, filed, e -> OriginException.unmade(String.valueOf(e.getMessage()), e)));
    }

    private Entry written(
            Writing writing, BiFunction<Entry, Fields, Entry> filed, Function<IOException, OriginException> failed)
            throws OriginException {
        Fill fill = new Fill(tools, content);
        Fields fields;
        try (BlobWriter writer = fill.create()) {
            try (OutputStream output = new BufferedOutputStream(new WriterOutput(writer), BUFFER)) {
                fields = writing.to(output);
            } catch (IOException e) {
                throw failed.apply(e);
            }
            fill.verify(writer);
            return new Fill(tools, content.with(filed.apply(content.entry(), fields))).keep(writer);
        } catch (IOException e) {
            throw new StoreException(e);
        }
    }

    /** Writes a blob as a stream. If the disk fails, it throws a {@link StoreException}, not an IOException. */
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
        return OriginException.unexpected(
                "the origin of " + content.title(), "sent a body that cannot be used (" + e.getMessage() + ")");
    }
}
