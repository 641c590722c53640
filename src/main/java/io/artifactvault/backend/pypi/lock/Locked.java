package io.artifactvault.backend.pypi.lock;

import io.artifactvault.backend.pypi.dist.ProjectName;
import java.util.List;
import java.util.Optional;

/**
 * One version of one project in a list.
 *
 * @param where the file and the line or package, for messages
 * @param index the URL of the index from which the list takes it; empty if it does not say
 * @param markers of which one must hold (PEP 508); none for everywhere
 * @param files by name; empty if the list names none and so means all files of the version
 * @param hashes one of which each file must have, beside those of the files themselves; empty for any
 */
public record Locked(
        String where,
        ProjectName project,
        String version,
        Optional<String> index,
        List<Marker> markers,
        List<LockedFile> files,
        List<Hash> hashes) {
    /** Such as {@code numpy 2.4.1}. */
    public String title() {
        return project + (version.isEmpty() ? "" : " " + version);
    }
}
