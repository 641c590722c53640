package io.artifactvault.backend.pypi;

import io.artifactvault.backend.FileList;
import io.artifactvault.backend.FileLists;
import io.artifactvault.backend.ListedFiles;
import io.artifactvault.backend.pypi.lock.Environments;
import io.artifactvault.backend.pypi.lock.Lock;
import io.artifactvault.backend.pypi.lock.LockReader;
import io.artifactvault.backend.pypi.lock.Locked;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Lock files and requirements as lists of this backend's files. Pure. */
record LockLists(PyPiSettings settings) implements FileLists {
    private static final String PYPI = "https://pypi.org/simple";

    @Override
    public String ecosystem() {
        return "pypi";
    }

    @Override
    public ListedFiles read(FileList list) {
        Environments environments = Environments.of(list.options());
        Lock lock = LockReader.read(list.texts());
        List<String> notes = new ArrayList<>(lock.notes());
        List<Locked> ours = ours(lock.packages(), notes);
        List<Locked> needed = ours.stream().filter(environments::need).toList();
        if (needed.size() < ours.size()) {
            notes.add((ours.size() - needed.size()) + " packages are not needed for " + environments
                    + ", according to their markers.");
        }
        return new LockedPages(settings, environments, needed, notes, lock.resolved());
    }

    /**
     * Those of this backend's indexes. A backend in front of a mirror also takes what comes from PyPI, if nothing else is
     * for it.
     */
    private List<Locked> ours(List<Locked> all, List<String> notes) {
        List<Locked> ours = all.stream().filter(one -> isOurs(one.index())).toList();
        Predicate<Locked> chosen = ours.isEmpty()
                ? one -> one.index()
                        .map(LockLists::withoutSlash)
                        .filter(PYPI::equals)
                        .isPresent()
                : ours::contains;
        Map<String, Integer> others = new TreeMap<>();
        List<Locked> taken = new ArrayList<>();
        for (Locked one : all) {
            if (chosen.test(one)) {
                taken.add(one);
            } else {
                others.merge(one.index().orElse(""), 1, Integer::sum);
            }
        }
        others.forEach((index, count) -> notes.add(count + " packages come from " + index + ", which backend "
                + settings.name() + " does not serve; warm them with the backend that does."));
        return taken;
    }

    /** By the address of an index, or by the path at which clients reach it through this vault. */
    private boolean isOurs(Optional<String> index) {
        if (index.isEmpty()) {
            return true;
        }
        String url = withoutSlash(index.get());
        List<PyPiSettings.Index> all = new ArrayList<>(List.of(settings.index()));
        all.addAll(settings.extraIndexes());
        return url.endsWith(settings.prefix() + "simple")
                || all.stream()
                        .map(PyPiSettings.Index::projects)
                        .map(URI::toString)
                        .map(LockLists::withoutSlash)
                        .anyMatch(url::equals);
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
