package io.artifactvault.backend.pypi.lock;

import io.artifactvault.backend.pypi.dist.FileName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The environments for which files are chosen: each version of Python on each platform. Pure. */
public final class Environments {
    private static final String PYTHON = "python";
    private static final String PLATFORM = "platform";
    private static final Set<String> OPTIONS = Set.of(PYTHON, PLATFORM);

    private final List<Environment> all;

    private Environments(List<Environment> all) {
        this.all = List.copyOf(all);
    }

    /**
     * By the options {@code python} and {@code platform}; without any, everywhere.
     *
     * @throws IllegalArgumentException with a sentence
     */
    public static Environments of(Map<String, List<String>> options) {
        for (String name : options.keySet()) {
            if (!OPTIONS.contains(name)) {
                throw new IllegalArgumentException("\"" + name
                        + "\" is not an option of lists of Python packages; these are python and platform.");
            }
        }
        List<Environment> all = new ArrayList<>();
        for (Optional<PythonVersion> python : values(options, PYTHON, PythonVersion::parse)) {
            for (Optional<Platform> platform : values(options, PLATFORM, Platform::parse)) {
                all.add(new Environment(python, platform));
            }
        }
        return new Environments(all);
    }

    private static <T> List<Optional<T>> values(
            Map<String, List<String>> options, String name, Function<String, T> parse) {
        List<Optional<T>> values = options.getOrDefault(name, List.of()).stream()
                .map(text -> Optional.of(parse.apply(text.strip().toLowerCase(Locale.ROOT))))
                .toList();
        return values.isEmpty() ? List.of(Optional.empty()) : values;
    }

    private boolean isEverywhere() {
        return all.stream()
                .anyMatch(one -> one.python().isEmpty() && one.platform().isEmpty());
    }

    /** Whether a package may be needed in one of them. */
    public boolean need(Locked locked) {
        return locked.markers().isEmpty()
                || locked.markers().stream().anyMatch(marker -> all.stream().anyMatch(marker::mayHoldIn));
    }

    /**
     * The files for all of them, in the given order: for each environment the wheels that it can install, or the source
     * distributions if there is no such wheel. Everywhere, that is all files.
     *
     * @param name gives the name of a distribution file
     */
    public <T> List<T> choose(List<T> files, Function<T, String> name) {
        if (isEverywhere()) {
            return List.copyOf(files);
        }
        Set<T> chosen = new LinkedHashSet<>();
        for (Environment environment : all) {
            List<T> wheels = files.stream()
                    .filter(file -> FileName.parse(name.apply(file)).isWheel() && environment.fits(name.apply(file)))
                    .toList();
            chosen.addAll(
                    wheels.isEmpty()
                            ? files.stream()
                                    .filter(file -> FileName.isSource(name.apply(file)))
                                    .toList()
                            : wheels);
        }
        return files.stream().filter(chosen::contains).toList();
    }

    @Override
    public String toString() {
        return String.join(", ", all.stream().map(Environment::toString).toList());
    }
}
