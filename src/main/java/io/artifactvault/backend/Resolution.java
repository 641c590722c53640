package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** How a backend interprets a request. */
public sealed interface Resolution {
    /** Something the cache answers, from what it keeps or by asking upstream. */
    record Found(Cacheable resource) implements Resolution {}

    /**
     * Only the request's content says what is asked for.
     *
     * @param most the longest content to wait for, in bytes; more is answered 413
     * @param then what it asks for, given all of the content
     */
    record Unread(int most, Function<byte[], Resolution> then) implements Resolution {}

    /** An answer that needs neither the cache nor upstream. */
    record Local(int status, Fields fields, byte[] body) implements Resolution {
        public static Local json(int status, String json) {
            return new Local(
                    status,
                    Fields.of("Content-Type", "application/json; charset=utf-8"),
                    json.getBytes(StandardCharsets.UTF_8));
        }
    }
}
