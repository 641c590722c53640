package io.artifactvault.backend.huggingface.snapshots;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotImports;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.backend.Snapshots;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.backend.huggingface.route.Revision;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Digest;
import io.artifactvault.http.LinkField;
import io.artifactvault.http.Scan;
import io.artifactvault.http.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Hub's snapshots: {@code revision/{rev}} gives the commit, {@code tree/{sha}?recursive=true&expand=false} lists
 * the files. The requests are spelled as in huggingface_hub, so that its clients hit the responses that a warm job
 * stored.
 */
public final class HubSnapshots implements Snapshots {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Map<String, String> TYPES = Map.of(
            "", "models",
            "model", "models",
            "models", "models",
            "dataset", "datasets",
            "datasets", "datasets",
            "space", "spaces",
            "spaces", "spaces");
    private static final int LONGEST_WORD = 96;
    private static final int LONGEST_REVISION = 250;

    private final String prefix;

    public HubSnapshots(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public SnapshotName name(String type, String repository, String revision) {
        String plural = TYPES.get(type);
        if (plural == null) {
            throw new IllegalArgumentException("The type of a repository must be model, dataset or space.");
        }
        if (!isId(repository)) {
            throw new IllegalArgumentException("The name of a repository must be of the form acme/tiny.");
        }
        String wanted = revision.isEmpty() ? "main" : revision;
        if (!isRevision(wanted)) {
            throw new IllegalArgumentException("A revision must be a branch, a tag or a commit, such as main.");
        }
        return new SnapshotName(plural, repository, wanted);
    }

    public static boolean isId(String text) {
        int slash = text.indexOf('/');
        boolean words =
                slash < 0 ? isWord(text) : isWord(text.substring(0, slash)) && isWord(text.substring(slash + 1));
        return words && !text.contains("..");
    }

    private static boolean isWord(String text) {
        return text.length() <= LONGEST_WORD
                && Scan.isMadeOf(text, HubSnapshots::isWordCharacter)
                && text.charAt(0) != '.'
                && text.charAt(0) != '-';
    }

    private static boolean isWordCharacter(char c) {
        return Scan.isLetter(c) || Scan.isDigit(c) || c == '.' || c == '_' || c == '-';
    }

    public static boolean isRevision(String text) {
        return text.length() <= LONGEST_REVISION
                && !text.contains("..")
                && Scan.isMadeOf(text, c -> c > ' ' && c != 0x7f && c != '?' && c != '#' && c != '\\');
    }

    @Override
    public boolean isFixed(SnapshotName name) {
        return Revision.isCommit(name.revision());
    }

    @Override
    public Target revision(SnapshotName name) {
        return target("api/" + name.place() + "/revision/" + segment(name.revision()), Optional.empty());
    }

    @Override
    public Optional<String> commit(Response response) throws IOException {
        try (JsonParser parser = JSON.createParser(response.body())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME
                        && parser.currentName().equals("sha")
                        && parser.getParsingContext().getParent().inRoot()) {
                    return Optional.ofNullable(parser.nextTextValue()).filter(Revision::isCommit);
                }
            }
            return Optional.empty();
        }
    }

    @Override
    public Target first(SnapshotName atCommit) {
        String path = "api/" + atCommit.place() + "/tree/" + segment(atCommit.revision());
        return target(path, Optional.of("recursive=true&expand=false"));
    }

    @Override
    public Optional<Target> next(Response response) throws IOException {
        Optional<LinkField> next = LinkField.parse(
                        response.fields().joined("Link").orElse(""))
                .stream()
                .filter(link -> link.parameter("rel").filter("next"::equals).isPresent())
                .findFirst();
        try {
            return next.isPresent() ? Optional.of(Target.parse(next.get().withoutOrigin())) : Optional.empty();
        } catch (BadTargetException e) {
            throw new IOException("the list of files continues at an invalid address", e);
        }
    }

    @Override
    public List<SnapshotFile> files(Response response) throws IOException {
        List<SnapshotFile> files = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(response.body())) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("the list of files is not a JSON array");
            }
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                TreeItem.read(parser).file().ifPresent(files::add);
            }
        }
        return files;
    }

    @Override
    public Target file(SnapshotName name, String path) {
        Repository repository = new Repository(name.type(), name.repository());
        StringBuilder raw = new StringBuilder(repository.filePrefix() + repository.id() + "/resolve/")
                .append(segment(name.revision()));
        for (String part : path.split("/", -1)) {
            raw.append('/').append(segment(part));
        }
        return target(raw.toString(), Optional.empty());
    }

    @Override
    public Optional<SnapshotImports> imports() {
        return Optional.of(new HubImports(this));
    }

    private Target target(String below, Optional<String> query) {
        return new Target(prefix + below, query);
    }

    private static String segment(String text) {
        return Target.encodeSegment(text);
    }

    /** One element of a tree page. */
    private record TreeItem(String type, String path, long size, String oid, Optional<String> sha256) {
        static TreeItem read(JsonParser parser) throws IOException {
            String type = "";
            String path = "";
            String oid = "";
            long size = 0;
            Optional<String> sha256 = Optional.empty();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == JsonToken.START_OBJECT && name.equals("lfs")) {
                    sha256 = lfsOid(parser);
                } else if (value.isStructStart()) {
                    parser.skipChildren();
                } else {
                    switch (name) {
                        case "type" -> type = parser.getText();
                        case "path" -> path = parser.getText();
                        case "oid" -> oid = parser.getText();
                        case "size" -> size = parser.getValueAsLong();
                        default -> {}
                    }
                }
            }
            return new TreeItem(type, path, size, oid, sha256);
        }

        private static Optional<String> lfsOid(JsonParser parser) throws IOException {
            Optional<String> oid = Optional.empty();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals("oid");
                parser.nextToken();
                if (wanted) {
                    oid = Optional.of(parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            return oid;
        }

        Optional<SnapshotFile> file() {
            Optional<Digest> digest = HubEtag.digest(sha256.orElse(oid));
            return type.equals("file") ? Optional.of(new SnapshotFile(path, size, digest)) : Optional.empty();
        }
    }
}
