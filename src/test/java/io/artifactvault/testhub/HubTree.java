package io.artifactvault.testhub;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files and directories of a commit, as the tree and paths-info routes list them. Immutable. */
final class HubTree {
    private final HubCommit commit;
    private final TreeMap<String, Entry> entries = new TreeMap<>();

    HubTree(HubCommit commit) {
        this.commit = commit;
        commit.files().forEach((path, file) -> {
            entries.put(path, new Entry(path, Optional.of(file)));
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                String directory = path.substring(0, slash);
                entries.put(directory, new Entry(directory, Optional.empty()));
            }
        });
    }

    /** A file, or a directory. */
    record Entry(String path, Optional<HubFile> file) {
        boolean isDirectory() {
            return file.isEmpty();
        }
    }

    /** How entries are written. */
    record Style(boolean expand, boolean xet, boolean redacted) {}

    Optional<Entry> entry(String path) {
        return Optional.ofNullable(entries.get(path));
    }

    /** What lies in a directory (the root if empty), directories first; a refusal if there is no such directory. */
    List<Entry> list(String directory, boolean recursive) {
        boolean root = directory.isEmpty();
        if (!root && !entry(directory).map(Entry::isDirectory).orElse(false)) {
            throw HubError.noEntry(commit).refusal();
        }
        String prefix = root ? "" : directory + "/";
        Stream<Entry> below = entries.values().stream().filter(e -> e.path().startsWith(prefix));
        return recursive
                ? below.toList()
                : below.filter(e -> e.path().indexOf('/', prefix.length()) < 0)
                        .sorted(Comparator.comparing(e -> !e.isDirectory()))
                        .toList();
    }

    /** The bytes of all files at or below a path. */
    long size(String path) {
        return commit.files().entrySet().stream()
                .filter(e ->
                        path.isEmpty() || e.getKey().equals(path) || e.getKey().startsWith(path + "/"))
                .mapToLong(e -> e.getValue().size())
                .sum();
    }

    void write(JsonGenerator json, Entry entry, Style style) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", entry.isDirectory() ? "directory" : "file");
        json.writeStringField(
                "oid", entry.file().map(HubFile::blobId).orElseGet(() -> Digests.hex("SHA-1", commit.sha() + entry)));
        json.writeNumberField("size", entry.file().map(HubFile::size).orElse(0L));
        json.writeStringField("path", entry.path());
        if (entry.file().isPresent()) {
            writeLarge(json, entry.file().get(), style);
        }
        if (style.expand()) {
            writeExpanded(json, entry);
        }
        json.writeEndObject();
    }

    private static void writeLarge(JsonGenerator json, HubFile file, Style style) throws IOException {
        if (file.isLarge()) {
            json.writeObjectFieldStart("lfs");
            json.writeStringField("oid", file.identity());
            json.writeNumberField("size", file.size());
            json.writeNumberField("pointerSize", file.raw().length());
            json.writeEndObject();
        }
        if (file.storage() == HubFile.Storage.XET && style.xet()) {
            json.writeStringField("xetHash", style.redacted() ? "*".repeat(64) : file.xetHash());
        }
    }

    private void writeExpanded(JsonGenerator json, Entry entry) throws IOException {
        json.writeObjectFieldStart("lastCommit");
        json.writeStringField("id", commit.sha());
        json.writeStringField("title", commit.title());
        json.writeStringField("date", commit.date());
        json.writeEndObject();
        if (!entry.isDirectory()) {
            json.writeObjectFieldStart("securityFileStatus");
            json.writeStringField("status", "safe");
            json.writeObjectFieldStart("avScan");
            json.writeStringField("status", "safe");
            json.writeEndObject();
            json.writeNullField("pickleImportScan");
            json.writeEndObject();
        }
    }
}
