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
         * Resolves the request with only the head of the response; empty if the content is needed, or if the response
         * is an error to send to the client. Never blocks.
         */
        Optional<Resolution> byHead(int status, Fields fields);

        /**
         * Resolves the request with a response of status 200. Blocks, on a task's virtual thread.
         *
         * @param stored to look up further resources
         * @throws IOException if the content cannot be read; the client receives 502
         */
        Resolution byContent(Obtained response, Stored stored) throws IOException;
    }

    /** Looks up content that is completely stored. Blocks; never causes a request to upstream. */
    @FunctionalInterface
    interface Stored {
        /**
         * The sha256 of a resource's content; empty if it is not stored. Does not check whether the caller may receive
         * it.
         */
        Optional<Digest> sha256(Resource resource);
    }

    /**
     * A response that needs neither the cache nor upstream.
     *
     * @param reason why the vault responds so, in a sentence for the operator without credentials and queries; empty if
     *     that is obvious
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
