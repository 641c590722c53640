package io.artifactvault.backend.oci;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The platforms for which an operator wants images.
 *
 * @param wanted empty for all
 */
record PlatformChoice(List<Platform> wanted) {
    PlatformChoice {
        wanted = List.copyOf(wanted);
    }

    /**
     * Chosen manifests of an index.
     *
     * @param images with the attestations about them, and nested indexes that state no platform
     * @param lacking a sentence for each wanted platform that the index does not have
     */
    record Chosen(List<Descriptor> images, List<String> lacking) {}

    boolean isAll() {
        return wanted.isEmpty();
    }

    /** A platform without a variant takes all variants; one with a variant the highest that such a machine runs. */
    Chosen of(List<Descriptor> manifests) {
        if (isAll()) {
            return new Chosen(manifests, List.of());
        }
        Set<Descriptor> chosen = new LinkedHashSet<>();
        List<String> lacking = new ArrayList<>();
        boolean open = false;
        for (Descriptor one : manifests) {
            if (one.isIndex() && one.platform().isEmpty()) {
                chosen.add(one);
                open = true;
            }
        }
        for (Platform platform : wanted) {
            List<Descriptor> fitting = fitting(platform, manifests);
            chosen.addAll(fitting);
            if (fitting.isEmpty() && !open) {
                lacking.add(lack(platform, manifests));
            }
        }
        Set<String> digests = chosen.stream().map(Descriptor::digest).collect(Collectors.toSet());
        manifests.stream().filter(one -> digests.contains(one.attested())).forEach(chosen::add);
        return new Chosen(List.copyOf(chosen), lacking);
    }

    private static List<Descriptor> fitting(Platform platform, List<Descriptor> manifests) {
        List<Descriptor> fitting = manifests.stream()
                .filter(one -> one.platform().filter(platform::runs).isPresent())
                .toList();
        if (platform.variant().isEmpty()) {
            return fitting;
        }
        int best = fitting.stream().mapToInt(PlatformChoice::level).max().orElse(0);
        return fitting.stream().filter(one -> level(one) == best).toList();
    }

    private static int level(Descriptor one) {
        return one.platform().map(Platform::level).orElse(0);
    }

    private static String lack(Platform platform, List<Descriptor> manifests) {
        return lack(
                platform,
                manifests.stream()
                        .flatMap(one -> one.platform().stream())
                        .filter(one -> !one.isUnknown())
                        .map(Platform::toString)
                        .distinct()
                        .collect(Collectors.joining(", ")));
    }

    private static String lack(Platform platform, String those) {
        return "it has no image for " + platform + "; it has " + (those.isEmpty() ? "none with a platform" : those)
                + ".";
    }

    /** A sentence for each wanted platform on which an image of that single platform does not run. */
    List<String> lacking(Platform single) {
        // Some tools write no platform into the configuration.
        return single.isUnknown()
                ? List.of()
                : wanted.stream()
                        .filter(platform -> !platform.runs(single))
                        .map(platform -> lack(platform, single.toString()))
                        .toList();
    }
}
