package io.artifactvault.testhub;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** Writes what the Hub tells about a repository at a commit. */
final class HubInfo {
    private final HubRepository repository;
    private final HubCommit commit;
    private final Set<String> expand;
    private final boolean blobs;
    private final boolean security;

    HubInfo(HubRepository repository, HubCommit commit, Query query) {
        this.repository = repository;
        this.commit = commit;
        this.expand = Set.copyOf(query.all("expand"));
        this.blobs = query.flag("blobs");
        this.security = query.flag("securityStatus");
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("_id", repository.internalId());
        json.writeStringField("id", repository.id());
        writeIdentity(json);
        writeState(json);
        writeCounters(json);
        writeKind(json);
        if (wanted("siblings")) {
            writeSiblings(json);
        }
        if (security) {
            json.writeObjectFieldStart("securityRepoStatus");
            json.writeBooleanField("scansDone", true);
            json.writeArrayFieldStart("filesWithIssues");
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /** With expand, only the named fields are there. */
    private boolean wanted(String field) {
        return expand.isEmpty() || expand.contains(field);
    }

    private void writeIdentity(JsonGenerator json) throws IOException {
        if (expand.isEmpty() && repository.type().equals("models")) {
            json.writeStringField("modelId", repository.id());
        }
        text(json, "author", repository.id().replaceFirst("/.*", ""));
        text(json, "sha", commit.sha());
        text(json, "lastModified", commit.date());
        text(json, "createdAt", "2022-03-02T23:29:04.000Z");
    }

    private void writeState(JsonGenerator json) throws IOException {
        if (wanted("private")) {
            json.writeBooleanField("private", repository.isHidden());
        }
        if (wanted("gated") && repository.gate().isEmpty()) {
            json.writeBooleanField("gated", false);
        } else {
            text(json, "gated", repository.gate());
        }
        if (wanted("disabled")) {
            json.writeBooleanField("disabled", repository.isDisabled());
        }
    }

    private void writeCounters(JsonGenerator json) throws IOException {
        number(json, "downloads", 12);
        number(json, "likes", 3);
        number(json, "usedStorage", new HubTree(commit).size(""));
        if (wanted("tags")) {
            json.writeArrayFieldStart("tags");
            json.writeString("license:mit");
            json.writeEndArray();
        }
        if (wanted("cardData")) {
            json.writeObjectFieldStart("cardData");
            json.writeStringField("license", "mit");
            json.writeEndObject();
        }
        if (expand.contains("xetEnabled")) {
            json.writeBooleanField("xetEnabled", true);
        }
    }

    private void writeKind(JsonGenerator json) throws IOException {
        if (repository.type().equals("models")) {
            text(json, "pipeline_tag", "text-generation");
            text(json, "library_name", "transformers");
        } else if (repository.type().equals("spaces")) {
            text(json, "sdk", "static");
            text(json, "subdomain", repository.id().replace('/', '-'));
        }
    }

    private void writeSiblings(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("siblings");
        for (Map.Entry<String, HubFile> sibling : commit.files().entrySet()) {
            json.writeStartObject();
            json.writeStringField("rfilename", sibling.getKey());
            if (blobs) {
                writeBlob(json, sibling.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeBlob(JsonGenerator json, HubFile file) throws IOException {
        json.writeStringField("blobId", file.blobId());
        json.writeNumberField("size", file.size());
        if (file.isLarge()) {
            json.writeObjectFieldStart("lfs");
            json.writeStringField("sha256", file.identity());
            json.writeNumberField("size", file.size());
            json.writeNumberField("pointerSize", file.raw().length());
            json.writeEndObject();
        }
    }

    private void text(JsonGenerator json, String name, String value) throws IOException {
        if (wanted(name)) {
            json.writeStringField(name, value);
        }
    }

    private void number(JsonGenerator json, String name, long value) throws IOException {
        if (wanted(name)) {
            json.writeNumberField(name, value);
        }
    }
}
