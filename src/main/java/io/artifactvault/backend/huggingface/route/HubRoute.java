package io.artifactvault.backend.huggingface.route;

/** The Hub route of a path below the mount; paths and revisions are raw segments, still percent-encoded. */
public sealed interface HubRoute {
    /** A file's content: {@code resolve}, or {@code resolve-cache} at a commit. */
    record File(Repository repository, String revision, String path) implements HubRoute {}

    /** The git blob behind a path: an LFS file's pointer text. */
    record Raw(Repository repository, String revision, String path) implements HubRoute {}

    /** A JSON response about one repository; {@code rest} is the path after the id, such as {@code tree/main/onnx}. */
    record Api(Repository repository, String rest) implements HubRoute {
        public String verb() {
            int slash = rest.indexOf('/');
            return slash < 0 ? rest : rest.substring(0, slash);
        }
    }

    /** A list of repositories of one type. */
    record Listing(String type) implements HubRoute {}

    /** A batch request, which git-lfs sends before it fetches objects. */
    record LfsBatch(Repository repository) implements HubRoute {}

    /** An LFS object under an address that the vault put into a batch response. */
    record LfsObject(Repository repository, String oid) implements HubRoute {}

    /** The request that git sends before it fetches. */
    record GitRefs(Repository repository) implements HubRoute {}

    /** The request with which git fetches. */
    record GitFetch(Repository repository) implements HubRoute {}

    /** A file of a bucket; never stored. */
    record BucketFile(Repository bucket) implements HubRoute {}

    /** The JSON of buckets, and their CAS tokens. */
    record BucketApi() implements HubRoute {}

    /** The request with which git moves branches. */
    record GitPush(Repository repository) implements HubRoute {}

    /** The registry's root, which its clients request first. */
    record RegistryPing() implements HubRoute {}

    /** The manifest of a GGUF model for Ollama or llama.cpp. */
    record Manifest(Repository repository, String tag) implements HubRoute {}

    /** A layer of such a manifest. */
    record Layer(Repository repository, String digest) implements HubRoute {}

    /** A request for a CAS token, which the vault does not forward, so that clients do not use Xet. */
    record XetToken() implements HubRoute {}

    /** huggingface_hub's request for the list of agent harnesses, which the vault responds to itself. */
    record AgentHarnesses() implements HubRoute {}

    record Telemetry() implements HubRoute {}

    /** Any other path; the request is passed through. */
    record Other() implements HubRoute {}
}
