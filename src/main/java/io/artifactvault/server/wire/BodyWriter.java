package io.artifactvault.server.wire;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.content.MemoryBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one response: in one step when the body is in memory, otherwise the head and then the body chunk by chunk,
 * each when the previous one was sent, so that a stalled client occupies an object with an offset, but no buffer.
 * Confined to the channel's event loop, to which notifications from the threads of tasks are moved.
 */
public final class BodyWriter {
    private static final Logger log = LoggerFactory.getLogger(BodyWriter.class);

    /** Bytes of a file passed to one sendfile call. */
    private static final int SLICE = 1024 * 1024;

    /** Bytes in memory that are not counted against the budget: every connection may use that much. */
    private static final int SMALL = 4 * 1024;

    /** Called once, with the outcome, when the body has ended. */
    @FunctionalInterface
    public interface End {
        void ended(boolean whole);
    }

    private final ChannelHandlerContext context;
    private Body body;
    private final End end;
    private final Supplier<MemoryBudget.Hold> memory;
    private final Queue<Body> rest = new ArrayDeque<>();
    private final boolean sequence;

    /** The number of bytes of the bodies of the sequence that were already written. */
    private long before;

    private long sent;
    private long inFlight;
    private @Nullable ChunkPipe counted;
    private MemoryBudget.@Nullable Hold pipeHold;
    private MemoryBudget.@Nullable Hold bytesHold;
    private boolean ended;

    /** @param memory grants holds for bytes that the client does not read immediately */
    public BodyWriter(ChannelHandlerContext context, Body body, Supplier<MemoryBudget.Hold> memory, End end) {
        this.memory = memory;
        this.context = context;
        this.body = body;
        this.sequence = body instanceof Body.Sequence;
        this.end = end;
    }

    /** Content bytes passed to the connection so far. */
    public long sent() {
        return before + sent;
    }

    /** Content bytes that were sent. */
    public long delivered() {
        return before + sent - inFlight + (inFlight == 0 ? 0 : Math.min(inFlight, progress()));
    }

    /** The number of bytes of the current write that were sent. */
    private long progress() {
        ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.currentProgress();
    }

    /** Whether the budget has room for the body's initial memory; called before anything is written. */
    public boolean hasRoom() {
        return !(body instanceof Body.Piped(ChunkPipe pipe)) || isCounted(pipe);
    }

    private boolean isCounted(ChunkPipe pipe) {
        if (pipe == counted) {
            return true;
        }
        if (pipeHold != null) {
            pipeHold.close();
        }
        MemoryBudget.Hold hold = memory.get();
        pipeHold = hold;
        counted = pipe;
        return pipe.countIn(hold);
    }

    public void start(HttpResponse head) {
        switch (body) {
            case Body.None _ -> write(whole(head, Unpooled.EMPTY_BUFFER), 0);
            case Body.Bytes(byte[] bytes) -> writeHeld(whole(head, Unpooled.wrappedBuffer(bytes)), bytes.length);
            case Body.Sequence(List<Body> parts) -> {
                rest.addAll(parts);
                body = rest.remove();
                context.write(head);
                next();
            }
            case Body.Slice _, Body.Growing _, Body.Piped _ -> {
                context.write(head);
                next();
            }
        }
    }

    private static HttpResponse whole(HttpResponse head, ByteBuf content) {
        return new DefaultFullHttpResponse(
                head.protocolVersion(), head.status(), content, head.headers(), EmptyHttpHeaders.INSTANCE);
    }

    private void next() {
        if (ended || !context.channel().isActive()) {
            finish(false);
            return;
        }
        switch (body) {
            case Body.Bytes(byte[] bytes) when sequence -> nextOfBytes(bytes);
            case Body.None _, Body.Bytes _ -> finish(true);
            case Body.Sequence _ -> throw new IllegalStateException("a sequence within a sequence");
            case Body.Slice slice -> nextOfSlice(slice);
            case Body.Growing growing -> nextOfGrowing(growing);
            case Body.Piped(var pipe) -> {
                if (!isCounted(pipe)) {
                    finish(false);
                    return;
                }
                ByteBuffer chunk = pipe.poll();
                if (chunk != null) {
                    write(new DefaultHttpContent(Unpooled.wrappedBuffer(chunk)), chunk.remaining());
                } else if (pipe.isFinished()) {
                    endOrCut(!pipe.isFailed());
                } else {
                    await(pipe.wakeWhenReady(this::wake));
                }
            }
        }
    }

    private void nextOfBytes(byte[] bytes) {
        if (sent < bytes.length) {
            writeHeld(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)), bytes.length);
        } else {
            last();
        }
    }

    private void nextOfSlice(Body.Slice slice) {
        long left = slice.length() - sent;
        if (left == 0) {
            last();
        } else {
            long count = Math.min(left, SLICE);
            send(slice, slice.offset() + sent, count);
        }
    }

    private void send(Body.OfFile part, long position, long count) {
        try {
            part.requireSameBytes();
        } catch (IOException e) {
            goPastTheDisk(part, position, e);
            return;
        }
        LeasedRegion region = new LeasedRegion(part, position, count);
        sent += count;
        inFlight = count;
        context.writeAndFlush(region).addListener((ChannelFuture written) -> {
            inFlight = 0;
            Optional<IOException> unread = region.failure();
            if (!written.isSuccess()) {
                finish(false);
            } else if (unread.isPresent()) {
                sent -= count - region.transferred();
                goPastTheDisk(part, position + region.transferred(), unread.get());
            } else {
                next();
            }
        });
    }

    /** Continues from another source if the disk fails and there is such a source: the head promised all bytes. */
    private void goPastTheDisk(Body.OfFile part, long position, IOException why) {
        if (ended) {
            return;
        }
        replace(part, part.onward().pastTheDisk(part, position, why));
    }

    private void replace(Body before, Optional<Body> rest) {
        if (rest.isEmpty()) {
            finish(false);
            return;
        }
        before.close();
        body = rest.get();
        next();
    }

    private void nextOfGrowing(Body.Growing growing) {
        var progress = growing.progress();
        long position = growing.offset() + sent;
        boolean ended = progress.isComplete() || progress.isFailed();
        long wanted = growing.length().orElse(Long.MAX_VALUE) - sent;
        long count = Math.min(Math.min(progress.readableFrom(position) - position, wanted), SLICE);
        if (wanted == 0) {
            last();
        } else if (count > 0) {
            send(growing, position, count);
        } else if (progress.hasOtherWay()) {
            goOnward(growing, position);
        } else if (ended) {
            endOrCut(progress.isComplete() && growing.length().isEmpty());
        } else {
            await(progress.wakeAt(position, this::wake));
        }
    }

    /** Continues from another source after the fill was handed over; the client does not notice. */
    private void goOnward(Body.Growing growing, long position) {
        replace(growing, growing.onward().from(growing, position));
    }

    /** Waits because there is nothing to send now; first flushes what was written, which may be only the head. */
    private void await(boolean willWake) {
        if (willWake) {
            context.flush();
        } else {
            context.executor().execute(this::next);
        }
    }

    private void wake() {
        try {
            context.executor().execute(this::next);
        } catch (RejectedExecutionException e) {
            // The event loop has ended, and the connection with it.
            log.debug("No reader to wake: {}", e.toString());
        }
    }

    /** Writes bytes that the client may not read immediately; their memory is counted. */
    private void writeHeld(Object piece, int bytes) {
        ChannelFuture written = write(piece, bytes);
        if (ended || written.isDone() || bytes <= SMALL) {
            return;
        }
        MemoryBudget.Hold hold = bytesHold == null ? memory.get() : bytesHold;
        bytesHold = hold;
        if (!hold.resize(bytes)) {
            finish(false);
        }
    }

    private ChannelFuture write(Object piece, long bytes) {
        sent += bytes;
        inFlight = bytes;
        return context.writeAndFlush(piece).addListener((ChannelFuture written) -> {
            inFlight = 0;
            if (written.isSuccess()) {
                next();
            } else {
                finish(false);
            }
        });
    }

    /** Ends the connection early if the body was aborted, because an aborted body must not look complete. */
    private void endOrCut(boolean whole) {
        if (whole) {
            last();
        } else {
            finish(false);
        }
    }

    private void last() {
        if (!rest.isEmpty()) {
            body.close();
            before += sent;
            sent = 0;
            body = rest.remove();
            next();
            return;
        }
        context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
                .addListener((ChannelFuture written) -> finish(written.isSuccess()));
    }

    private static void release(MemoryBudget.@Nullable Hold hold) {
        if (hold != null) {
            hold.close();
        }
    }

    /** The client has left: stops waiting for more of the body. */
    public void cancel() {
        finish(false);
    }

    private void finish(boolean whole) {
        if (ended) {
            return;
        }
        ended = true;
        if (whole) {
            body.close();
        } else {
            body.abandon();
            rest.forEach(Body::abandon);
        }
        release(pipeHold);
        release(bytesHold);
        end.ended(whole);
    }
}
