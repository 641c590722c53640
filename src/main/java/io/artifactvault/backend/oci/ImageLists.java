package io.artifactvault.backend.oci;

import io.artifactvault.backend.FileList;
import io.artifactvault.backend.FileLists;
import io.artifactvault.backend.ListedFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lists of images, whose hosts tell their registries. Pure.
 *
 * @param registries at least one
 * @param areAll whether they are all registries of the vault
 */
record ImageLists(List<OciSettings> registries, boolean areAll) implements FileLists {
    private static final String PLATFORM = "platform";

    ImageLists {
        registries = List.copyOf(registries);
    }

    /** Lists of one registry's images. */
    static ImageLists of(OciSettings registry) {
        return new ImageLists(List.of(registry), false);
    }

    @Override
    public String ecosystem() {
        return "oci";
    }

    @Override
    public Optional<FileLists> together(List<FileLists> all) {
        List<OciSettings> every = new ArrayList<>();
        for (FileLists one : all) {
            if (one instanceof ImageLists images) {
                every.addAll(images.registries);
            }
        }
        return Optional.of(new ImageLists(every, true));
    }

    @Override
    public ListedFiles read(FileList list) {
        List<Platform> platforms = platforms(list.options());
        List<String> notes = new ArrayList<>();
        Map<String, Image> images = new LinkedHashMap<>();
        boolean any = false;
        for (FileList.Text text : list.texts()) {
            ImageText.Result found = ImageText.read(text);
            notes.addAll(found.notes());
            for (ImageText.Mention mention : found.mentions()) {
                any = true;
                image(mention, notes).ifPresent(image -> images.putIfAbsent(image.title(), image));
            }
        }
        if (images.isEmpty()) {
            throw new IllegalArgumentException(
                    any
                            ? "No image of the list comes from "
                                    + registries.getFirst().name()
                                    + "; choose another backend, or none for all registries."
                            : list.texts().getFirst().name()
                                    + " names no image; pass a file with one name such as python:3.12 per line, a"
                                    + " compose file, or Kubernetes manifests.");
        }
        return new ImagePages(List.copyOf(images.values()), new PlatformChoice(platforms), notes);
    }

    private static List<Platform> platforms(Map<String, List<String>> options) {
        for (String option : options.keySet()) {
            if (!option.equals(PLATFORM)) {
                throw new IllegalArgumentException(
                        "\"" + option + "\" is not an option for images; the only one is \"" + PLATFORM + "\".");
            }
        }
        return options.getOrDefault(PLATFORM, List.of()).stream()
                .map(Platform::parse)
                .distinct()
                .toList();
    }

    /** Empty for an image of a registry that the operator did not choose. */
    private Optional<Image> image(ImageText.Mention mention, List<String> notes) {
        ImageReference reference = reference(mention);
        Optional<OciSettings> registry = registries.stream()
                .filter(one -> one.imageHosts().contains(reference.host()))
                .findFirst();
        if (registry.isEmpty() && areAll) {
            throw new IllegalArgumentException(mention.where() + ": no registry of this vault serves " + reference
                    + ". Add a backend of type oci for " + reference.host()
                    + " (or the host to the image_hosts of one), or remove the line.");
        }
        if (registry.isEmpty()) {
            notes.add(mention.where() + ": " + reference + " comes from another registry and is left out.");
        }
        return registry.map(one -> new Image(one, reference, mention.where()));
    }

    private static ImageReference reference(ImageText.Mention mention) {
        try {
            return ImageReference.parse(mention.text());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    mention.where() + ": \"" + mention.text() + "\" " + e.getMessage() + ".", e);
        }
    }
}
