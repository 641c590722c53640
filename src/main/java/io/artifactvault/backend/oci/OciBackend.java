package io.artifactvault.backend.oci;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.backend.FileLists;
import io.artifactvault.backend.Mount;
import io.artifactvault.backend.Mount.Selector;
import io.artifactvault.backend.Resolution;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Scan;
import io.artifactvault.http.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A registry, for pulls (OCI distribution specification 1.1). Clients reach it below {@code /v2/}: by the query
 * parameter {@code ns} of containerd, a host name, a listener of its own, or a first segment of the image name.
 */
final class OciBackend implements Backend {
    private static final String NS = "ns";
    private static final int LONGEST_SHOWN = 128;

    private final OciSettings settings;

    OciBackend(OciSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String prefix() {
        return settings.prefix();
    }

    @Override
    public List<String> hosts() {
        return settings.hosts();
    }

    @Override
    public boolean isNamedBy(Target target) {
        return target.queryParameter(NS)
                .filter(host -> settings.imageHosts().contains(host.toLowerCase(Locale.ROOT)))
                .isPresent();
    }

    @Override
    public List<Mount> mounts() {
        List<Mount> mounts = new ArrayList<>();
        mounts.add(new Mount(Selector.QUERY, OciSettings.ROOT));
        if (!hosts().isEmpty()) {
            mounts.add(new Mount(Selector.HOST, OciSettings.ROOT, Mount.Paths.BELOW_AND_BARE));
        }
        if (settings.listen().isPresent()) {
            mounts.add(new Mount(Selector.LISTENER, OciSettings.ROOT, Mount.Paths.BELOW_AND_BARE));
        }
        mounts.add(new Mount(
                Selector.PATH, prefix(), settings.isAtRoot() ? Mount.Paths.BELOW_AND_BARE : Mount.Paths.BELOW));
        // Clients request the root of the interface there, whatever the name of the image.
        mounts.add(new Mount(Selector.PATH, OciSettings.ROOT, Mount.Paths.ONLY));
        mounts.add(new Mount(Selector.REST, OciSettings.ROOT));
        return List.copyOf(mounts);
    }

    @Override
    public ErrorFormat errors() {
        return OciErrors.FORMAT;
    }

    @Override
    public Optional<FileLists> fileLists() {
        return Optional.of(ImageLists.of(settings));
    }

    @Override
    public Resolution resolve(Request request) {
        return resolve(request, new Mount(Selector.PATH, prefix()));
    }

    @Override
    public Resolution resolve(Request request, Mount mount) {
        String path = request.target().path();
        String below = path.substring(Math.min(path.length(), mount.prefix().length()));
        if (!request.isRead()) {
            return OciErrors.local(
                    405, OciErrors.UNSUPPORTED, "This registry is a cache for pulls; push to the registry itself.");
        }
        Optional<String> ns = request.target().queryParameter(NS);
        if (ns.isPresent() && !isNamedBy(request.target())) {
            return OciErrors.local(
                    404,
                    OciErrors.NAME_UNKNOWN,
                    "No registry of this vault serves images of " + shown(ns.get())
                            + "; its operator can add a backend for it.");
        }
        if (below.isEmpty()) {
            return ping(request);
        }
        if (below.equals("_catalog")) {
            return OciErrors.local(404, OciErrors.UNSUPPORTED, "This registry does not list its repositories.");
        }
        if (mount.selector() == Selector.REST) {
            return OciErrors.local(
                    404,
                    OciErrors.NAME_UNKNOWN,
                    "No registry of this vault is mounted at the first segment of this name.");
        }
        return pulled(request, mount.prefix(), List.of(below.split("/", -1)));
    }

    private static String shown(String text) {
        return Scan.masked(text.substring(0, Math.min(text.length(), LONGEST_SHOWN)), Scan::isPrintable);
    }

    /** Clients ask for the interface's root first; most of them send a login later only if it is demanded here. */
    private Resolution ping(Request request) {
        Fields version = Fields.of("Docker-Distribution-Api-Version", "registry/2.0");
        if (settings.asksLogin() && request.credential().isEmpty()) {
            ErrorFormat.Text error = OciErrors.FORMAT.write(
                    401,
                    "Log in with the credential of the registry.",
                    version.toBuilder()
                            .addAll(RegistryResource.challenge(settings))
                            .build());
            return new Resolution.Local(401, error.fields(), error.body());
        }
        return new Resolution.Local(
                200, version.with("Content-Type", "application/json"), "{}".getBytes(StandardCharsets.UTF_8));
    }

    /** Read from the right, because names may contain the words of the interface. */
    private Resolution pulled(Request request, String prefix, List<String> segments) {
        int count = segments.size();
        if (count < 3) {
            return unknownPath();
        }
        String kind = segments.get(count - 2);
        String last = decoded(segments.getLast());
        boolean tags = kind.equals("tags") && last.equals("list");
        if (!tags && !kind.equals("manifests") && !kind.equals("blobs") && !kind.equals("referrers")) {
            return unknownPath();
        }
        String named = String.join("/", segments.subList(0, count - 2));
        Optional<RepositoryName> name = RepositoryName.parse(named);
        if (name.isEmpty()) {
            return OciErrors.local(
                    400,
                    OciErrors.NAME_INVALID,
                    "The name of a repository consists of lower-case letters, digits and separators, in components"
                            + " between slashes.");
        }
        Pull pull = new Pull(settings, request, name.get().within(settings.defaultNamespace()), prefix + named);
        if (tags) {
            return new Resolution.Found(ListResource.ofTags(pull));
        }
        Optional<Digest> digest = ImageReference.digest(last);
        if (kind.equals("manifests") && digest.isEmpty() && ImageReference.isTag(last)) {
            return new Resolution.Found(ManifestResource.ofTag(pull, last));
        }
        if (digest.isEmpty()) {
            return OciErrors.local(
                    400,
                    OciErrors.DIGEST_INVALID,
                    "A digest is sha256: with 64 lower-case hexadecimal digits, or sha512: with 128"
                            + (kind.equals("manifests")
                                    ? "; a tag has at most 128 letters, digits, dots, hyphens and" + " underscores."
                                    : "."));
        }
        return new Resolution.Found(
                switch (kind) {
                    case "manifests" -> ManifestResource.ofDigest(pull, digest.get());
                    case "blobs" -> new BlobResource(pull, digest.get());
                    default -> ListResource.ofReferrers(pull, digest.get());
                });
    }

    private static Resolution unknownPath() {
        return OciErrors.local(404, OciErrors.NAME_UNKNOWN, "The distribution specification has no such path.");
    }

    private static String decoded(String segment) {
        try {
            return Target.decode(segment);
        } catch (BadTargetException e) {
            return "";
        }
    }
}
