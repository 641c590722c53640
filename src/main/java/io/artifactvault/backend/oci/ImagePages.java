package io.artifactvault.backend.oci;

import io.artifactvault.backend.ListedFiles;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.Snapshots;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.LinkField;
import io.artifactvault.http.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files of images: manifests lead to further manifests, configurations and layers, and to the artifacts that refer
 * to them, as clients find these.
 */
final class ImagePages implements ListedFiles {
    private static final Fields MANIFESTS = Fields.of("Accept", MediaTypes.Group.ALL.accept());
    private static final Fields LISTS = Fields.of("Accept", "application/vnd.oci.image.index.v1+json");
    private static final Found NOTHING = Found.next(List.of());
    private static final int DEEPEST = 4;
    private static final int MOST_LISTS = 32;

    /** The tags under which cosign finds what belongs to a manifest. */
    private static final List<String> COSIGN = List.of(".sig", ".att", ".sbom");

    private final List<Image> images;
    private final PlatformChoice choice;
    private final List<String> notes;

    ImagePages(List<Image> images, PlatformChoice choice, List<String> notes) {
        this.images = List.copyOf(images);
        this.choice = choice;
        this.notes = List.copyOf(notes);
    }

    /** Why a manifest is read. */
    private enum Role {
        /** The list names it. */
        NAMED,
        /** An index has it for a chosen platform. */
        CHOSEN,
        /** It refers to an image, or belongs to something that does. */
        ARTIFACT
    }

    /** A permission of one repository says nothing about another. */
    @Override
    public boolean isPermittedByAddress() {
        return true;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public List<Page> pages() {
        return images.stream()
                .map(image -> manifest(image, image.reference().version(), Role.NAMED, 0, Optional.empty()))
                .toList();
    }

    @Override
    public Target file(String path) {
        try {
            return Target.parse(path);
        } catch (BadTargetException e) {
            throw new IllegalArgumentException("it is at an address that cannot be requested", e);
        }
    }

    @Override
    public String title(String path) {
        return path.substring(OciSettings.ROOT.length());
    }

    private Page manifest(Image image, String version, Role role, int depth, Optional<Found> missing) {
        return new Page(
                image.title(version),
                file(image.path("/manifests/" + version)),
                MANIFESTS,
                response -> new Reading(image, role, depth).manifest(response),
                missing);
    }

    /** The files and pages to which one response leads. Confined to one thread. */
    private final class Reading {
        private final Image image;
        private final Role role;
        private final int depth;
        private final List<Page> pages = new ArrayList<>();
        private final List<SnapshotFile> files = new ArrayList<>();
        private final List<Problem> problems = new ArrayList<>();
        private final List<String> remarks = new ArrayList<>();

        Reading(Image image, Role role, int depth) {
            this.image = image;
            this.role = role;
            this.depth = depth;
        }

        private Found found() {
            return new Found(pages, files, problems, remarks);
        }

        Found manifest(Snapshots.Response response) throws IOException {
            Manifest manifest = Manifest.read(response.body());
            Digest digest = digest(response);
            Runnable rest = () -> take(manifest, digest, response.body().length);
            Optional<Descriptor> config = manifest.config().filter(Descriptor::isImageConfig);
            if (role == Role.NAMED && !choice.isAll() && !manifest.isIndex() && config.isPresent()) {
                return Found.next(List.of(platform(config.get(), rest)));
            }
            rest.run();
            return found();
        }

        /** An image without an index states its platform in its configuration. */
        private Page platform(Descriptor config, Runnable rest) {
            return new Page(
                    image.title() + " (configuration)",
                    file(image.path("/blobs/" + config.digest())),
                    Fields.of("Accept", "*/*"),
                    response -> {
                        List<String> lacking = choice.lacking(Manifest.platform(response.body()));
                        lacking.forEach(this::problem);
                        if (lacking.size() < choice.wanted().size()) {
                            rest.run();
                        }
                        return found();
                    });
        }

        private void take(Manifest manifest, Digest digest, long length) {
            files.add(new SnapshotFile(image.path("/manifests/" + digest), length, Optional.of(digest)));
            if (manifest.isIndex()) {
                index(manifest.manifests());
            }
            manifest.config().ifPresent(this::blob);
            manifest.layers().forEach(this::blob);
            if (role != Role.ARTIFACT) {
                referrers(digest);
            }
        }

        private void index(List<Descriptor> manifests) {
            PlatformChoice.Chosen chosen =
                    role == Role.ARTIFACT ? new PlatformChoice.Chosen(manifests, List.of()) : choice.of(manifests);
            if (role == Role.NAMED) {
                chosen.lacking().forEach(this::problem);
            }
            for (Descriptor one : chosen.images()) {
                child(one, role == Role.ARTIFACT || one.isAttestation() ? Role.ARTIFACT : Role.CHOSEN);
            }
        }

        private void child(Descriptor one, Role as) {
            if (one.verifiable().isEmpty()) {
                problem("it refers to a manifest by a digest that cannot be verified.");
            } else if (depth == DEEPEST) {
                problem("it has indexes in more than " + DEEPEST + " levels.");
            } else {
                pages.add(ImagePages.this.manifest(image, one.digest(), as, depth + 1, Optional.empty()));
            }
        }

        private void blob(Descriptor one) {
            if (one.isForeign()) {
                remarks.add(image.title() + " has a layer that clients fetch from elsewhere; it is left out.");
            } else if (one.verifiable().isEmpty()) {
                problem("it refers to a layer by a digest that cannot be verified.");
            } else {
                files.add(one.file(image.path("/blobs/" + one.digest())));
            }
        }

        private void problem(String sentence) {
            problems.add(new Problem(image.title(), image.where() + ": " + sentence));
        }

        /** Registries without a list of referrers have it as a tag. */
        private void referrers(Digest digest) {
            String tag = digest.algorithm().label() + "-" + digest.hex();
            Page fallback = ImagePages.this.manifest(image, tag, Role.ARTIFACT, depth, Optional.of(NOTHING));
            pages.add(list(file(image.path("/referrers/" + digest)), digest, 0, Found.next(List.of(fallback))));
            for (String suffix : COSIGN) {
                pages.add(ImagePages.this.manifest(image, tag + suffix, Role.ARTIFACT, depth, Optional.of(NOTHING)));
            }
        }

        private Page list(Target target, Digest digest, int number, Found missing) {
            return new Page(
                    "the referrers of " + image.title(digest.toString()),
                    target,
                    LISTS,
                    response -> new Reading(image, Role.ARTIFACT, depth).list(response, digest, number),
                    Optional.of(missing));
        }

        private Found list(Snapshots.Response response, Digest digest, int number) throws IOException {
            Manifest.read(response.body()).manifests().forEach(one -> child(one, Role.ARTIFACT));
            Optional<Target> next = next(response.fields());
            if (next.isPresent() && number == MOST_LISTS) {
                problem("it has more than " + MOST_LISTS + " lists of referrers.");
            } else {
                next.ifPresent(target -> pages.add(list(target, digest, number + 1, NOTHING)));
            }
            return found();
        }

        private Optional<Target> next(Fields fields) {
            return fields.first("Link").stream()
                    .flatMap(link -> LinkField.parse(link).stream())
                    .map(LinkField::target)
                    .filter(target -> target.startsWith(image.path("/referrers/")))
                    .map(ImagePages.this::file)
                    .findFirst();
        }
    }

    /** As the vault states it, which has verified it. */
    private static Digest digest(Snapshots.Response response) {
        return response.fields()
                .first(RegistryResource.CONTENT_DIGEST)
                .flatMap(ImageReference::digest)
                .orElseGet(() -> {
                    Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, response.body().length);
                    hasher.update(ByteBuffer.wrap(response.body()));
                    return hasher.finish();
                });
    }
}
