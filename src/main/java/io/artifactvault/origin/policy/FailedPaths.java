package io.artifactvault.origin.policy;

import io.artifactvault.origin.OriginRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Paths that recently failed in spite of all retries. Clients repeat their requests themselves, so further retries of
 * the vault would only delay the error. At the limit the oldest path is removed. Guarded by this.
 */
final class FailedPaths {
    private static final int MOST_REMEMBERED = 4096;

    private final Duration memory;
    private final Map<Integer, Duration> failedAt = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Duration> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** @param memory how long a failure is remembered */
    FailedPaths(Duration memory) {
        this.memory = memory;
    }

    private static Integer key(OriginRequest request) {
        return request.uri().hashCode();
    }

    synchronized void add(OriginRequest request, Duration now) {
        Integer key = key(request);
        failedAt.remove(key);
        failedAt.put(key, now);
    }

    synchronized void remove(OriginRequest request) {
        failedAt.remove(key(request));
    }

    synchronized boolean contains(OriginRequest request, Duration now) {
        Duration at = failedAt.get(key(request));
        return at != null && now.minus(at).compareTo(memory) < 0;
    }
}
