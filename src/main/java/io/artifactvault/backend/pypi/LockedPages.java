package io.artifactvault.backend.pypi;

import io.artifactvault.backend.ListedFiles;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.Snapshots;
import io.artifactvault.backend.pypi.dist.FileName;
import io.artifactvault.backend.pypi.dist.Version;
import io.artifactvault.backend.pypi.lock.Environments;
import io.artifactvault.backend.pypi.lock.Hash;
import io.artifactvault.backend.pypi.lock.Locked;
import io.artifactvault.backend.pypi.lock.LockedFile;
import io.artifactvault.backend.pypi.text.Urls;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Target;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of a lock, found on the pages of their projects as clients get them. A file's address comes from the page,
 * so it does not matter through which address the lock was written.
 */
final class LockedPages implements ListedFiles {
    private static final String VAULT = "http://vault";
    private static final String METADATA = ".metadata";
    private static final Fields JSON = Fields.of("Accept", "application/vnd.pypi.simple.v1+json");

    private final PyPiSettings settings;
    private final Environments environments;
    private final Map<String, List<Locked>> byProject = new LinkedHashMap<>();
    private final List<String> notes;
    private final boolean resolved;

    /** @param resolved whether clients install from the list without the metadata of its files */
    LockedPages(
            PyPiSettings settings,
            Environments environments,
            List<Locked> packages,
            List<String> notes,
            boolean resolved) {
        this.settings = settings;
        this.environments = environments;
        this.notes = List.copyOf(notes);
        this.resolved = resolved;
        packages.forEach(one -> byProject
                .computeIfAbsent(one.project().text(), _ -> new ArrayList<>())
                .add(one));
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public List<Page> pages() {
        return byProject.keySet().stream()
                .map(project ->
                        new Page(project, target("simple/" + project + "/"), JSON, response -> find(project, response)))
                .toList();
    }

    private Target target(String below) {
        try {
            return Target.parse(settings.prefix() + below);
        } catch (BadTargetException e) {
            throw new IllegalArgumentException("it is at an address that cannot be requested");
        }
    }

    @Override
    public Target file(String path) {
        return target(path);
    }

    @Override
    public String title(String path) {
        int end = path.indexOf('?') < 0 ? path.length() : path.indexOf('?');
        return Urls.fileName(VAULT + "/" + path.substring(0, end)).orElse(path);
    }

    private Found find(String project, Snapshots.Response response) throws IOException {
        Listed listed = new Listed(project);
        JsonPage.read(new ByteArrayInputStream(response.body()), listed);
        Search search = new Search(listed);
        byProject.getOrDefault(project, List.of()).forEach(search::find);
        return new Found(List.of(), search.files, search.problems, search.notes);
    }

    /** The files of a page, in its order. Confined to one thread. */
    private final class Listed implements PageHandler {
        private final String project;
        private final List<IndexFile> files = new ArrayList<>();
        private final Map<String, IndexFile> byName = new HashMap<>();

        Listed(String project) {
            this.project = project;
        }

        @Override
        public void key(String key, String json) {}

        @Override
        public void file(IndexFile file) {
            files.add(file);
            byName.putIfAbsent(file.name(), file);
        }

        /** The path of a file below the mount; empty for a link that leads elsewhere. */
        Optional<String> path(IndexFile file) {
            String mount = VAULT + settings.prefix();
            return Urls.resolve(URI.create(mount + "simple/" + project + "/"), file.url())
                    .filter(url -> url.startsWith(mount))
                    .map(url -> url.substring(mount.length()));
        }

        /** Its response says why the page does not list the file. */
        String unlisted(String name) {
            return "unavailable/" + project + "/" + Target.encodeSegment(name);
        }
    }

    /** Looks for the packages of one project. Confined to one thread. */
    private final class Search {
        private final Listed page;
        private final List<SnapshotFile> files = new ArrayList<>();
        private final List<Problem> problems = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        Search(Listed page) {
            this.page = page;
        }

        void find(Locked locked) {
            if (locked.files().isEmpty()) {
                ofVersion(locked);
            } else {
                named(locked);
            }
        }

        private void named(Locked locked) {
            List<LockedFile> chosen = environments.choose(locked.files(), LockedFile::name);
            if (chosen.isEmpty()) {
                unfit(locked);
            }
            for (LockedFile file : chosen) {
                IndexFile row = page.byName.get(file.name());
                if (row == null) {
                    files.add(new SnapshotFile(page.unlisted(file.name()), SnapshotFile.UNKNOWN, Optional.empty()));
                } else {
                    add(locked, row, file.hashes());
                }
            }
        }

        private void unfit(Locked locked) {
            notes.add(
                    locked.where() + ": " + locked.title() + " has no file for " + environments + " and is left out.");
        }

        private void ofVersion(Locked locked) {
            List<IndexFile> ofVersion = page.files.stream()
                    .filter(row -> FileName.parse(row.name())
                            .version(locked.project())
                            .filter(version -> Version.of(version).matches(Version.of(locked.version())))
                            .isPresent())
                    .toList();
            if (ofVersion.isEmpty()) {
                problems.add(new Problem(
                        locked.title(),
                        locked.where() + ": the index lists no file of this version, or the vault withholds all of them"
                                + " (min_age, not_after); look at simple/" + page.project + "/."));
                return;
            }
            List<IndexFile> allowed = ofVersion.stream()
                    .filter(row -> locked.hashes().isEmpty()
                            || row.hashes().stream().anyMatch(locked.hashes()::contains)
                            || row.hashes().isEmpty())
                    .toList();
            List<IndexFile> chosen = environments.choose(allowed, IndexFile::name);
            if (allowed.isEmpty()) {
                ofVersion.forEach(row -> problems.add(mismatch(locked, row, locked.hashes())));
            } else if (chosen.isEmpty()) {
                unfit(locked);
            }
            chosen.forEach(row -> add(locked, row, locked.hashes()));
        }

        private Problem mismatch(Locked locked, IndexFile row, List<Hash> wanted) {
            return new Problem(
                    row.name(),
                    locked.where() + ": the index gives " + texts(row.hashes()) + ", but the list wants "
                            + texts(wanted) + "; nothing was fetched.");
        }

        private static String texts(List<Hash> hashes) {
            return String.join(" or ", hashes.stream().map(Hash::toString).toList());
        }

        /** A hash that only the list gives is compared with the content once it is stored. */
        private void add(Locked locked, IndexFile row, List<Hash> wanted) {
            Optional<String> path = page.path(row);
            List<Hash> given = row.hashes();
            boolean comparable = wanted.stream()
                    .anyMatch(hash ->
                            given.stream().anyMatch(one -> one.algorithm().equals(hash.algorithm())));
            Optional<Digest> provable =
                    wanted.stream().flatMap(hash -> hash.digest().stream()).findFirst();
            if (path.isEmpty()) {
                problems.add(new Problem(row.name(), locked.where() + ": the page gives it no address in this vault."));
            } else if (comparable && wanted.stream().noneMatch(given::contains)) {
                problems.add(mismatch(locked, row, wanted));
            } else if (!wanted.isEmpty() && !comparable && provable.isEmpty()) {
                problems.add(new Problem(
                        row.name(),
                        locked.where() + ": it cannot be compared with " + texts(wanted)
                                + "; lock again with sha256."));
            } else {
                Optional<Digest> digest = comparable ? row.sha256() : provable.or(row::sha256);
                files.add(new SnapshotFile(path.get(), row.size().orElse(size(locked, row)), digest));
                metadata(row, path.get());
            }
        }

        private static long size(Locked locked, IndexFile row) {
            return locked.files().stream()
                    .filter(file -> file.name().equals(row.name()))
                    .flatMapToLong(file -> file.size().stream())
                    .findFirst()
                    .orElse(SnapshotFile.UNKNOWN);
        }

        /** Clients that resolve the list read it, and do not install without it once the page announces it. */
        private void metadata(IndexFile row, String path) {
            if (!resolved && row.coreMetadata().isPresent() && !path.contains("?")) {
                files.add(new SnapshotFile(path + METADATA, SnapshotFile.UNKNOWN, row.coreMetadataDigest()));
            }
        }
    }
}
