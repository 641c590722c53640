package io.artifactvault.backend.pypi.lock;

import java.util.List;

/**
 * The content of a list.
 *
 * @param packages in its order
 * @param notes what it contains that is not for a package index, in sentences
 * @param resolved whether clients install from it without the metadata of its packages
 */
public record Lock(List<Locked> packages, List<String> notes, boolean resolved) {
    public Lock {
        packages = List.copyOf(packages);
        notes = List.copyOf(notes);
    }
}
