package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.huggingface.json.LfsBatchRequest;
import io.artifactvault.backend.huggingface.links.PagingLinks;
import io.artifactvault.backend.huggingface.route.AmbiguousRequestException;
import io.artifactvault.backend.huggingface.route.ApiQuery;
import io.artifactvault.backend.huggingface.route.HubRouter;
import io.artifactvault.backend.huggingface.route.KnownParameters;
import io.artifactvault.backend.huggingface.route.PathSegments;
import io.artifactvault.backend.huggingface.route.PathsInfoRequest;
import io.artifactvault.backend.huggingface.snapshots.HubEtag;
import io.artifactvault.backend.huggingface.snapshots.HubSnapshots;
import io.artifactvault.http.Fields;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What {@code backend.huggingface} reads of strangers. */
public final class HubParsers implements Supplier<Map<String, Consumer<String>>> {
    private static final PagingLinks LINKS = new PagingLinks(URI.create(Hubs.BASE), "http://vault/huggingface/");

    @Override
    public Map<String, Consumer<String>> get() {
        Map<String, Consumer<String>> all = new TreeMap<>();
        all.put("Link", value -> {
            LINKS.rewrite(value);
            LINKS.rewrite("<" + value + ">; rel=\"next\"");
            LINKS.rewrite("<https://huggingface.co/a>; " + value);
            Links.toKeep(Fields.of("Link", value));
        });
        all.put("digests in tags", HubEtag::digest);
        FileJudge judge = new FileJudge(Hubs.hops(), "a/b.bin", "main");
        for (String name : new String[] {
            "X-Linked-Etag",
            "X-Linked-Size",
            "X-Repo-Commit",
            "ETag",
            "Content-Type",
            "Content-Disposition",
            "Location",
            "X-Error-Code",
            "X-Error-Message",
            "Content-Length",
            "Content-Encoding"
        }) {
            all.put("a file's " + name, value -> {
                for (int status : new int[] {200, 302, 401, 404, 500}) {
                    UpstreamAnswer answer = Hubs.hub(status, "X-Repo-Commit", Hubs.COMMIT, name, value);
                    judge.judge(List.of(answer));
                    HubErrors.judge(answer);
                }
            });
        }
        all.put("paths", value -> {
            HubRouter.route(value);
            HubRouter.route("acme/tiny/resolve/main/" + value);
            HubRouter.route("api/models/" + value);
            PathSegments.withoutDoubleSlashes(value);
        });
        all.put("queries", value -> orRefused(() -> ApiQuery.read(Optional.of(value), KnownParameters.TREE)));
        all.put("questions for paths", value -> {
            byte[] body = value.getBytes(StandardCharsets.UTF_8);
            orRefused(() -> PathsInfoRequest.read(List.of("application/x-www-form-urlencoded"), body));
            orRefused(() -> PathsInfoRequest.read(List.of("application/json"), body));
            orRefused(() -> PathsInfoRequest.read(List.of(value), new byte[0]));
        });
        all.put(
                "questions for LFS objects",
                value -> orRefused(() -> LfsBatchRequest.read(value.getBytes(StandardCharsets.UTF_8))));
        all.put("names", value -> {
            HubSnapshots.isId(value);
            HubSnapshots.isRevision(value);
        });
        return all;
    }

    /** A parser that refuses what has no single meaning. */
    @FunctionalInterface
    private interface Refusing {
        Object read() throws AmbiguousRequestException;
    }

    private static void orRefused(Refusing parser) {
        try {
            Object _ = parser.read();
        } catch (AmbiguousRequestException e) {
            // A sentence for the client: as good as an answer.
        }
    }
}
