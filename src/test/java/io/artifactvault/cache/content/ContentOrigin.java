package io.artifactvault.cache.content;

import io.artifactvault.cache.ScriptedResponse;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** An origin with one content, which it gives whole or by Range unless it was told to answer the next request otherwise. Thread-safe. */
public final class ContentOrigin implements Origin {
    @FunctionalInterface
    public interface Answer {
        OriginResponse to(OriginRequest request) throws OriginException;
    }

    private final List<OriginRequest> asked = new ArrayList<>(); // guarded by this
    private final Deque<Answer> next = new ArrayDeque<>(); // guarded by this
    private volatile byte[] content;
    private volatile String etag = "\"v1\"";
    private volatile boolean sendsParts = true;
    private volatile Hedges hedges = Hedges.NONE;

    public ContentOrigin(byte[] content) {
        this.content = content.clone();
    }

    /** From now on it has another version. */
    public void replace(byte[] other, String tag) {
        content = other.clone();
        etag = tag;
    }

    public void ignoreRange() {
        sendsParts = false;
    }

    public void hedgedBy(Hedges other) {
        hedges = other;
    }

    public synchronized ContentOrigin then(Answer answer) {
        next.add(answer);
        return this;
    }

    /** The next response breaks off after so many bytes. */
    public ContentOrigin cuttingAfter(int bytes) {
        return then(request -> content(request).cutAfter(bytes));
    }

    public ContentOrigin failing(OriginFailure failure) {
        return then(_ -> {
            throw new OriginException(failure, "origin.test");
        });
    }

    public ContentOrigin answering(int status, String... fields) {
        return then(_ -> new ScriptedResponse(status, Fields.of(fields), new byte[0]));
    }

    public synchronized List<OriginRequest> asked() {
        return List.copyOf(asked);
    }

    /** The Range of each request; empty where there was none. */
    public List<String> ranges() {
        return asked().stream()
                .map(request -> request.fields().first("Range").orElse(""))
                .toList();
    }

    /** What it gives when it was told nothing else. */
    public ScriptedResponse content(OriginRequest request) {
        byte[] all = content;
        Optional<String> range = request.fields().first("Range").filter(_ -> sendsParts);
        boolean same = request.fields().first("If-Range").orElse(etag).equals(etag);
        if (range.isEmpty() || !same) {
            return whole(all);
        }
        String[] ends = range.get().substring("bytes=".length()).split("-", -1);
        int first = Integer.parseInt(ends[0]);
        int last = ends[1].isEmpty() ? all.length - 1 : Math.min(all.length - 1, Integer.parseInt(ends[1]));
        Fields fields = Fields.of(
                "ETag",
                etag,
                "Content-Range",
                "bytes " + first + "-" + last + "/" + all.length,
                "Content-Length",
                Integer.toString(last - first + 1));
        return new ScriptedResponse(206, fields, Arrays.copyOfRange(all, first, last + 1));
    }

    private ScriptedResponse whole(byte[] all) {
        Fields fields = Fields.of("ETag", etag, "Content-Length", Integer.toString(all.length));
        return new ScriptedResponse(200, sendsParts ? fields.with("Accept-Ranges", "bytes") : fields, all);
    }

    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        Answer answer;
        synchronized (this) {
            asked.add(request);
            answer = next.isEmpty() ? this::content : next.remove();
        }
        return answer.to(request);
    }

    @Override
    public Hedges hedges() {
        return hedges;
    }

    @Override
    public void close() {}
}
