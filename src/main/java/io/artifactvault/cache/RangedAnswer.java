package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.ByteRange;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RedirectFollower.Arrival;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Upstream's answer to a Range request: the part that was asked for, or the whole where upstream ignores Range. Confined
 * to the fill's thread.
 *
 * @param offset where in the content the answer's body begins
 */
record RangedAnswer(Arrival arrival, long offset) implements AutoCloseable {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    /**
     * Asks for one part of content whose complete length is known.
     *
     * @throws OriginException when upstream fails, refuses, or answers with another part or of another length
     */
    static RangedAnswer ask(Engine engine, Resource resource, ByteRange range, long length) throws OriginException {
        Upstream upstream = resource.upstream();
        boolean all = range.first() == 0 && range.length() == length;
        OriginRequest request = new OriginRequest(
                "GET",
                upstream.uri(),
                all
                        ? upstream.fields()
                        : upstream.fields().with("Range", "bytes=" + range.first() + "-" + range.last()),
                upstream.credential(),
                Optional.empty(),
                true);
        Arrival arrival = engine.follow(request, upstream, _ -> false);
        try {
            return new RangedAnswer(arrival, offset(arrival, resource, range, length));
        } catch (OriginException e) {
            arrival.close();
            throw e;
        }
    }

    private static long offset(Arrival arrival, Resource resource, ByteRange range, long length)
            throws OriginException {
        int status = arrival.last().status();
        if (status == 206) {
            Matcher part = CONTENT_RANGE.matcher(
                    arrival.response().fields().first("Content-Range").orElse(""));
            boolean right = part.matches()
                    && Long.parseLong(part.group(1)) == range.first()
                    && (part.group(3).equals("*") || Long.parseLong(part.group(3)) == length);
            if (!right) {
                throw Question.unexpected(arrival.last(), "another range than asked for");
            }
            return range.first();
        }
        if (resource.judge(Question.answers(arrival.hops())) instanceof Verdict.Content(var _, boolean here) && here) {
            return 0;
        }
        throw Question.unexpected(arrival.last(), "not the content");
    }

    OriginResponse response() {
        return arrival.response();
    }

    @Override
    public void close() {
        arrival.close();
    }
}
