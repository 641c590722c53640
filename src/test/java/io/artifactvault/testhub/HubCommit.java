package io.artifactvault.testhub;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A commit: an immutable set of files with an id derived from them, from its parent and from its repository. */
public record HubCommit(String sha, Optional<String> parent, int number, NavigableMap<String, HubFile> files) {
    private static final Instant FIRST = Instant.parse("2025-02-19T10:57:45Z");

    public HubCommit {
        files = Collections.unmodifiableNavigableMap(new TreeMap<>(files));
    }

    static HubCommit of(String repository, Optional<String> parent, int number, NavigableMap<String, HubFile> files) {
        StringBuilder text = new StringBuilder(repository + "\n" + parent.orElse("") + "\n" + number + "\n");
        files.forEach((path, file) ->
                text.append(path).append(' ').append(file.blobId()).append('\n'));
        return new HubCommit(Digests.hex("SHA-1", text.toString()), parent, number, files);
    }

    /** The file at a path. */
    public Optional<HubFile> file(String path) {
        return Optional.ofNullable(files.get(path));
    }

    public String title() {
        return number == 1 ? "Add files" : "Change files, commit " + number;
    }

    /** The date in the form that clients require. */
    public String date() {
        return FIRST.plus(Duration.ofHours(number)).toString().replace("Z", ".000Z");
    }
}
