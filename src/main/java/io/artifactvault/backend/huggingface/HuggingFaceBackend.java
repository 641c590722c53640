package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.CorsOrigins;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Snapshots;
import io.artifactvault.backend.huggingface.links.LayerLinks;
import io.artifactvault.backend.huggingface.links.LfsLinks;
import io.artifactvault.backend.huggingface.route.AmbiguousRequestException;
import io.artifactvault.backend.huggingface.route.ApiQuery;
import io.artifactvault.backend.huggingface.route.HubRoute;
import io.artifactvault.backend.huggingface.route.HubRouter;
import io.artifactvault.backend.huggingface.route.KnownParameters;
import io.artifactvault.backend.huggingface.route.PathsInfoRequest;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.backend.huggingface.snapshots.HubSnapshots;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The Hugging Face Hub under a prefix, as clients see it when {@code HF_ENDPOINT} points here. Chooses the route by the
 * raw path; files and the JSON of repositories are stored, all other responses are passed through.
 */
public final class HuggingFaceBackend implements Backend {
    /** JSON responses about one repository that may be stored; the empty verb is the repository's own page. */
    private static final Set<String> KEPT_VERBS = Set.of("", "revision", "tree", "refs", "commits", "treesize");

    /** The maximum length of a paths-info body in bytes: the Hub accepts at most 2,000 paths. */
    private static final int LONGEST_BODY = 1 << 20;

    private final Hub hub;
    private final Passes passes;

    /** @param clock for the expiry of links */
    public HuggingFaceBackend(HuggingFaceSettings settings, InstantSource clock) {
        this.hub = new Hub(settings, clock);
        this.passes = new Passes(hub);
    }

    @Override
    public String name() {
        return hub.settings().name();
    }

    @Override
    public String prefix() {
        return hub.settings().prefix();
    }

    @Override
    public Optional<Snapshots> snapshots() {
        return Optional.of(new HubSnapshots(prefix()));
    }

    @Override
    public List<String> hosts() {
        return hub.settings().hosts();
    }

    /**
     * Whether the host name is one of this backend, or that of its dataset viewer: clients of the datasets library
     * prepend a label to the host of their endpoint (protocol reference §1.7).
     */
    @Override
    public boolean isNamed(String host) {
        return hosts().contains(DatasetViewer.endpointHost(host));
    }

    @Override
    public CorsOrigins corsOrigins() {
        return hub.settings().corsOrigins();
    }

    @Override
    public Fields readable() {
        return HubFields.READABLE;
    }

    @Override
    public Resolution resolve(Request request) {
        String below = request.target().path().substring(prefix().length());
        if (DatasetViewer.isFor(request)) {
            return hub.viewer()
                    .map(viewer -> found(passes.viewer(request, below, viewer)))
                    .orElseGet(HuggingFaceBackend::noViewer);
        }
        HubRoute route = HubRouter.route(below);
        try {
            return resolve(request, route, below);
        } catch (AmbiguousRequestException e) {
            return refused(e);
        }
    }

    private Resolution resolve(Request request, HubRoute route, String below) throws AmbiguousRequestException {
        return switch (route) {
            case HubRoute.XetToken _ -> noXet();
            case HubRoute.AgentHarnesses _ -> noHarnesses();
            case HubRoute.Telemetry _ -> new Resolution.Local(204, Fields.EMPTY, new byte[0]);
            case HubRoute.RegistryPing _ -> registry();
            case HubRoute.File _, HubRoute.Raw _, HubRoute.LfsObject _ when !request.isRead() -> onlyRead();
            case HubRoute.Layer _ when !request.isRead() && link(request).isPresent() -> onlyRead();
            default -> {
                Optional<Resolution> kept = request.isRead() ? read(request, route) : posted(request, route, below);
                yield kept.orElseGet(() -> found(passes.of(request, route, below)));
            }
        };
    }

    /** Resources that are stored and requested by GET or HEAD. */
    private Optional<Resolution> read(Request request, HubRoute route) throws AmbiguousRequestException {
        return switch (route) {
            case HubRoute.File(Repository repository, String revision, String path) ->
                kept(new FileResource(hub, request, "resolve", repository, revision, path));
            case HubRoute.Raw(Repository repository, String revision, String path) ->
                kept(new FileResource(hub, request, "raw", repository, revision, path));
            case HubRoute.Api api when KEPT_VERBS.contains(api.verb()) -> kept(ApiResource.of(hub, request, api));
            case HubRoute.Listing(String type)
            when hub.credential(request).isEmpty() -> kept(ListingResource.of(hub, request, type));
            case HubRoute.Manifest manifest -> kept(new ManifestResource(hub, request, manifest));
            case HubRoute.Layer layer -> Optional.of(layer(request, layer));
            case HubRoute.LfsObject object -> Optional.of(lfsObject(request, object));
            default -> Optional.empty();
        };
    }

    /** Resources requested by POST whose response is stored, or leads to a stored one. */
    private Optional<Resolution> posted(Request request, HubRoute route, String below)
            throws AmbiguousRequestException {
        if (!request.method().equals("POST")) {
            return Optional.empty();
        }
        return switch (route) {
            case HubRoute.Api api
            when api.verb().equals("paths-info") -> {
                ApiQuery query = ApiQuery.read(request.target().query(), KnownParameters.PATHS_INFO);
                yield Optional.of(unread(body -> pathsInfo(request, api, query, body)));
            }
            case HubRoute.LfsBatch(Repository repository) ->
                Optional.of(unread(body -> passes.lfs(request, below, repository, body)));
            default -> Optional.empty();
        };
    }

    private static Optional<Resolution> kept(Resource resource) {
        return Optional.of(found(resource));
    }

    private Resource pathsInfo(Request request, HubRoute.Api api, ApiQuery query, byte[] body)
            throws AmbiguousRequestException {
        PathsInfoRequest paths = PathsInfoRequest.read(request.fields().all("Content-Type"), body);
        return new PathsInfoResource(hub, request, ApiPath.of(api), query, paths);
    }

    /** A resource that only the request's content identifies. */
    @FunctionalInterface
    private interface BodyReader {
        Resource read(byte[] body) throws AmbiguousRequestException;
    }

    private static Resolution unread(BodyReader reader) {
        return new Resolution.Unread(LONGEST_BODY, body -> {
            try {
                return found(reader.read(body));
            } catch (AmbiguousRequestException e) {
                return refused(e);
            }
        });
    }

    /**
     * The response to an ambiguous request, in the format of the Hub's own errors: clients show the sentence from the
     * body or from the field.
     */
    private static Resolution refused(AmbiguousRequestException refusal) {
        String sentence = String.valueOf(refusal.getMessage());
        Resolution.Local error = Resolution.Local.json(400, "{\"error\":\"" + sentence.replace("\"", "\\\"") + "\"}");
        Fields fields = error.fields().toBuilder()
                .add("X-Error-Message", sentence)
                .addAll(HubFields.READABLE)
                .build();
        return new Resolution.Local(400, fields, error.body());
    }

    private static Resolution found(Resource resource) {
        return new Resolution.Found(resource);
    }

    /** Resolves a layer, with the caller's own credential or, without one, with the credential of a link. */
    private Resolution layer(Request request, HubRoute.Layer layer) {
        Optional<String> link = link(request);
        if (link.isEmpty() || request.credential().isPresent()) {
            return found(new LayerResource(hub, request, layer));
        }
        return hub.layerLinks()
                .read(layer, link.get())
                .map(caller -> found(new LayerResource(hub, request.as(caller), layer)))
                .orElseGet(() -> Resolution.Local.json(
                        403, "{\"error\":\"This link has expired; request the layer with your token again.\"}"));
    }

    private static Optional<String> link(Request request) {
        return request.target().queryParameter(LayerLinks.PARAMETER);
    }

    private Resolution lfsObject(Request request, HubRoute.LfsObject object) {
        return hub.links()
                .read(object, request.target())
                .map(link -> lfsObject(request, link))
                .orElseGet(() -> Resolution.Local.json(
                        403, "{\"error\":\"This link has expired; send the batch request again.\"}"));
    }

    private Resolution lfsObject(Request request, LfsLinks.Link link) {
        return link.address()
                .<Resolution>map(from -> found(new LfsResource(hub, request, link, from)))
                .orElseGet(() -> Resolution.Local.json(
                        502,
                        "{\"error\":\"The Hub's batch response has an invalid URL for this object; nothing was"
                                + " fetched.\"}"));
    }

    private static Resolution registry() {
        Resolution.Local ping = Resolution.Local.json(200, "{}");
        return new Resolution.Local(
                200, ping.fields().with("Docker-Distribution-API-Version", "registry/2.0"), ping.body());
    }

    private static Resolution onlyRead() {
        Resolution.Local refusal = Resolution.Local.json(405, "{\"error\":\"This path supports GET and HEAD only.\"}");
        return new Resolution.Local(405, refusal.fields().with("Allow", "GET, HEAD"), refusal.body());
    }

    private static Resolution noViewer() {
        return Resolution.Local.json(
                404, "{\"error\":\"The address of the dataset viewer is unknown; set datasets_server_url.\"}");
    }

    private static Resolution noXet() {
        return Resolution.Local.json(
                404, "{\"error\":\"The vault does not serve Xet; download the file over plain HTTP.\"}");
    }

    /**
     * An empty list of agent harnesses. huggingface_hub requests it once a day, with a timeout of 3 s, and ignores
     * errors.
     */
    private static Resolution noHarnesses() {
        Resolution.Local empty = Resolution.Local.json(200, "{\"standardEnvVars\":[],\"harnesses\":{}}");
        return new Resolution.Local(200, empty.fields().with("Cache-Control", "max-age=86400"), empty.body());
    }
}
