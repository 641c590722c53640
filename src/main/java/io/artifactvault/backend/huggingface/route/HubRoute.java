package io.artifactvault.backend.huggingface.route;

/** The Hub route of a path below the mount; paths and revisions are raw segments, still percent-encoded. */
public sealed interface HubRoute {
    /** A file's content: {@code resolve}, or {@code resolve-cache} at a commit. */
    record File(Repository repository, String revision, String path) implements HubRoute {}

    /** The git blob behind a path: an LFS file's pointer text. */
    record Raw(Repository repository, String revision, String path) implements HubRoute {}

    /** A JSON answer about one repository; {@code rest} is what follows the id, such as {@code tree/main/onnx}. */
    record Api(Repository repository, String rest) implements HubRoute {
        public String verb() {
            int slash = rest.indexOf('/');
            return slash < 0 ? rest : rest.substring(0, slash);
        }
    }

    /** A list of repositories of one type. */
    record Listing(String type) implements HubRoute {}

    /** What git-lfs asks before it fetches objects. */
    record LfsBatch(Repository repository) implements HubRoute {}

    /** An object under the address that an answer to a batch gave. */
    record LfsObject(Repository repository, String oid) implements HubRoute {}

    /** What git asks before it fetches. */
    record GitRefs(Repository repository) implements HubRoute {}

    /** With what git fetches. */
    record GitFetch(Repository repository) implements HubRoute {}

    /** A file of a bucket; those are never kept. */
    record BucketFile(Repository bucket) implements HubRoute {}

    /** The JSON of buckets, and their CAS tokens. */
    record BucketApi() implements HubRoute {}

    /** What git sends to move branches. */
    record GitPush(Repository repository) implements HubRoute {}

    /** The registry's door, where its clients knock first. */
    record RegistryPing() implements HubRoute {}

    /** What a model in GGUF looks like to Ollama, or to llama.cpp. */
    record Manifest(Repository repository, String tag) implements HubRoute {}

    /** A layer of such a manifest. */
    record Layer(Repository repository, String digest) implements HubRoute {}

    /** A CAS token: hidden, so that clients stay on the vault. */
    record XetToken() implements HubRoute {}

    /** The client's question which agent runs it; not worth a trip upstream. */
    record AgentHarnesses() implements HubRoute {}

    record Telemetry() implements HubRoute {}

    /** Everything else goes through as it is. */
    record Other() implements HubRoute {}
}
