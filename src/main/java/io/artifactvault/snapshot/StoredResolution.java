package io.artifactvault.snapshot;

import io.artifactvault.backend.Obtained;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.store.index.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Follows a resolution by stored responses alone, without upstream: a resource that is not stored counts as one that
 * does not exist. Blocking; thread-safe.
 */
record StoredResolution(Stored stored) {
    /**
     * The resource that a request asks for.
     *
     * @param passed receives the resources that determined it
     * @return empty if the store does not say, or if the backend itself responds
     */
    Optional<Resource> resource(Resolution resolution, Request request, List<Resource> passed) throws IOException {
        Optional<Resolution> at = Optional.of(resolution);
        while (at.isPresent() && at.get() instanceof Resolution.After after) {
            at = step(after, request, passed);
        }
        return at.isPresent() && at.get() instanceof Resolution.Found(Resource resource)
                ? Optional.of(resource)
                : Optional.empty();
    }

    private Optional<Resolution> step(Resolution.After after, Request request, List<Resource> passed)
            throws IOException {
        Resource first = after.first();
        Optional<Entry> entry = stored.entry(first);
        Optional<Digest> content = entry.isPresent() ? stored.content(first) : Optional.empty();
        if (content.isEmpty()) {
            return after.step().byHead(404, Fields.EMPTY);
        }
        passed.add(first);
        Fields fields = first.present(entry.orElseThrow().fields(), request);
        Optional<Resolution> known = after.step().byHead(200, fields);
        if (known.isPresent()) {
            return known;
        }
        byte[] bytes = stored.bytes(first).orElseThrow(() -> new IOException(first.title() + " was evicted"));
        return Optional.of(after.step().byContent(new StoredResponse(fields, bytes), stored::content));
    }

    /** A response out of the store. */
    private record StoredResponse(Fields fields, byte[] bytes) implements Obtained {
        @Override
        public int status() {
            return 200;
        }

        @Override
        public InputStream content() {
            return new ByteArrayInputStream(bytes);
        }
    }
}
