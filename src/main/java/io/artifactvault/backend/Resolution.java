package io.artifactvault.backend;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/** How a backend interprets a request. */
public sealed interface Resolution {
    /** A resource for which the cache responds, from the store or by requesting it from upstream. */
    record Found(Cacheable resource) implements Resolution {}

    /**
     * Only the request's content identifies the resource.
     *
     * @param most the longest content to wait for, in bytes; more is refused with 413
     * @param then resolves the request, given all of the content
     */
    record Unread(int most, Function<byte[], Resolution> then) implements Resolution {}

    /**
     * The response for another resource determines which resource the request asks for. The cache obtains that one
     * first, for the same caller.
     *
     * @param demanding whether the request's own demands on freshness (RFC 9111 §5.2.1) concern the first resource
     */
    record After(Resource first, boolean demanding, Step step) implements Resolution {}

    /** Resolves a request once another resource is known. */
    interface Step {
        /**
         * Resolves by the head of the response alone; empty if the content is needed, or if the response is an error
         * that the client is to receive. Never blocks.
         */
        Optional<Resolution> byHead(int status, Fields fields);

        /**
         * Resolves by a response with status 200. Blocks, on a task's virtual thread.
         *
         * @param stored for questions about further resources
         * @throws IOException if the content cannot be read; the client receives 502
         */
        Resolution byContent(Obtained response, Stored stored) throws IOException;
    }

    /** The complete contents in the store. Blocks; never causes a request to upstream. */
    @FunctionalInterface
    interface Stored {
        /** The sha256 of a resource's content; empty if it is not stored. Whether a caller may have it is not checked. */
        Optional<Digest> sha256(Resource resource);
    }

    /**
     * A response that needs neither the cache nor upstream.
     *
     * @param reason why, in a sentence for the operator without credentials and queries; empty if it needs none
     */
    record Local(int status, Fields fields, byte[] body, String reason) implements Resolution {
        public Local(int status, Fields fields, byte[] body) {
            this(status, fields, body, "");
        }

        public static Local json(int status, String json) {
            return new Local(
                    status,
                    Fields.of("Content-Type", "application/json; charset=utf-8"),
                    json.getBytes(StandardCharsets.UTF_8));
        }
    }
}
