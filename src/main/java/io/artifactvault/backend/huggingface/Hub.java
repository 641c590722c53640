package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.Name;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.huggingface.links.LayerLinks;
import io.artifactvault.backend.huggingface.links.LfsLinks;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import io.artifactvault.http.UserAgent;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The Hub behind one backend, as its resources need it: the address, the credential for requests to it, and the aliases
 * and links that the vault knows. Made by {@link HuggingFaceBackend}; thread-safe.
 */
record Hub(HuggingFaceSettings settings, OwnHops hops, Aliases aliases, LfsLinks links, LayerLinks layerLinks) {
    private static final Set<String> BEFORE_NAMES =
            Set.of("", "api", "v2", "models", "datasets", "spaces", "kernels", "resolve-cache");
    private static final Set<String> AFTER_NAMES = Set.of(
            "resolve", "raw", "blob", "tree", "revision", "refs", "info", "manifests", "blobs", "commit", "commits");

    private static final Fields PLAIN = Fields.of("Accept-Encoding", "identity", "User-Agent", UserAgent.OWN);

    /** @param clock for the expiry of links */
    Hub(HuggingFaceSettings settings, InstantSource clock) {
        this(settings, new OwnHops(settings.baseUrl()), new Aliases(), new LfsLinks(clock), new LayerLinks(clock));
    }

    /** The address of this backend for its clients, with a slash at the end: {@code http://vault:8080/huggingface/}. */
    String mount(Request request) {
        return DatasetViewer.endpoint(request.base()) + settings.prefix();
    }

    /** The dataset viewer; empty if none is configured and none can be derived. */
    Optional<URI> viewer() {
        return settings.datasetsServer().or(() -> DatasetViewer.beside(settings.baseUrl()));
    }

    /**
     * The name that stands for a revision; a repository's files and its JSON share it, so that they change together.
     */
    Name name(Repository repository, String revision, Optional<Resource> resolvedBy) {
        return new Name(name(repository, revision), settings.metadataTtl(), resolvedBy);
    }

    /** The common prefix of the keys of all names of a repository. */
    String names(Repository repository) {
        return KeyBuilder.beginning(settings.name(), "revision", repository.type(), repository.id());
    }

    /** The key of one name of a repository. */
    String name(Repository repository, String revision) {
        return KeyBuilder.key(settings.name(), "revision", repository.type(), repository.id(), revision);
    }

    /**
     * Updates the aliases by a verdict: another name under which the Hub knows a repository, or a name that may now
     * belong to another repository.
     */
    Verdict noting(Repository requested, List<UpstreamAnswer> chain, Verdict verdict) {
        if (verdict instanceof Verdict.Content) {
            aliases.learn(requested, chain, hops);
        } else if (verdict instanceof Verdict.Final(Verdict.Kind kind, Fields _, Optional<String> _)
                && kind == Verdict.Kind.DENIED) {
            aliases.forget(aliases.trueName(requested));
        }
        return verdict;
    }

    Upstream upstream(String rawPathAndQuery, Fields fields, Optional<Credential> credential) {
        return new Upstream(
                URI.create(settings.baseUrl() + "/" + rawPathAndQuery),
                fields,
                credential,
                settings.maxRedirects(),
                settings.privateRedirects(),
                new Upstream.Limits(
                        settings.name(),
                        budget(rawPathAndQuery),
                        true,
                        subject(rawPathAndQuery),
                        mirrors(rawPathAndQuery),
                        settings.source().passingStall()));
    }

    /**
     * The repository in the path, if it is recognisable: failures are counted per repository, because those of one say
     * nothing about the others.
     */
    static String subject(String rawPathAndQuery) {
        int query = rawPathAndQuery.indexOf('?');
        String path = query < 0 ? rawPathAndQuery : rawPathAndQuery.substring(0, query);
        List<String> names = Stream.of(path.split("/", 8))
                .dropWhile(BEFORE_NAMES::contains)
                .takeWhile(segment -> !AFTER_NAMES.contains(segment))
                .limit(2)
                .toList();
        String name = String.join("/", names);
        return name.endsWith(".git") ? name.substring(0, name.length() - ".git".length()) : name;
    }

    private List<URI> mirrors(String rawPathAndQuery) {
        return settings.source().mirrors().stream()
                .map(mirror -> URI.create(mirror + "/" + rawPathAndQuery))
                .toList();
    }

    /** The rate limit that applies to a path: the Hub counts API calls, file URLs and all other requests separately. */
    private static String budget(String rawPathAndQuery) {
        if (rawPathAndQuery.startsWith("api/")) {
            return "api";
        }
        return rawPathAndQuery.contains("/resolve/") ? "resolvers" : "pages";
    }

    /**
     * The caller's own credential, or that of the vault if the caller has none and the operator lets such callers read
     * with the vault's.
     */
    Optional<Credential> credential(Request request) {
        Optional<Credential> own = request.credential();
        boolean asServer = own.isEmpty()
                && settings.tokenForAnonymous()
                && AnonymousReads.include(
                        request,
                        request.target().path().substring(settings.prefix().length()));
        return asServer ? settings.token() : own;
    }

    /**
     * The fields of every request whose response may be stored or shared: none comes from a client. They demand the
     * coding identity, so that lengths and digests are those of the file.
     */
    static Fields plainFields() {
        return PLAIN;
    }
}
