package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import java.nio.charset.StandardCharsets;
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

    /** A response that needs neither the cache nor upstream. */
    record Local(int status, Fields fields, byte[] body) implements Resolution {
        public static Local json(int status, String json) {
            return new Local(
                    status,
                    Fields.of("Content-Type", "application/json; charset=utf-8"),
                    json.getBytes(StandardCharsets.UTF_8));
        }
    }
}
