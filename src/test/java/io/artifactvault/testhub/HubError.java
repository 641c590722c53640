package io.artifactvault.testhub;

/** A refusal of the Hub: status, code for X-Error-Code (may be empty), message, and fields that go with it. */
record HubError(int status, String code, String message, Fields fields) {
    static final HubError MISSING_FOR_ANONYMOUS = new HubError(
            401,
            "",
            "Invalid username or password.",
            Fields.of("WWW-Authenticate", "Bearer realm=\"Authentication required\", charset=\"UTF-8\""));
    static final HubError MISSING = new HubError(404, "RepoNotFound", "Repository not found", Fields.NONE);
    static final HubError BAD_TOKEN = new HubError(
            401,
            "",
            "Invalid credentials in Authorization header",
            Fields.of("WWW-Authenticate", "Bearer realm=\"Authentication required\", charset=\"UTF-8\""));
    static final HubError DISABLED = new HubError(403, "", "Access to this resource is disabled.", Fields.NONE);
    static final HubError NO_ROUTE =
            new HubError(404, "", "Sorry, we can't find the page you are looking for.", Fields.NONE);

    static HubError badRequest(String message) {
        return new HubError(400, "", message, Fields.NONE);
    }

    static HubError noRevision(String revision) {
        return new HubError(404, "RevisionNotFound", "Invalid rev id: " + ascii(revision), Fields.NONE);
    }

    static HubError noEntry(HubCommit commit) {
        return new HubError(404, "EntryNotFound", "Entry not found", Fields.of("X-Repo-Commit", commit.sha()));
    }

    static HubError gated(HubRepository repository, Caller caller) {
        String kind = repository.type().substring(0, repository.type().length() - 1);
        String start = "Access to " + kind + " " + repository.id() + " is restricted";
        return caller.isAnonymous()
                ? new HubError(
                        401,
                        "GatedRepo",
                        start + ". You must have access to it and be authenticated to access it. Please log in.",
                        Fields.of("WWW-Authenticate", "Bearer realm=\"Authentication required\", charset=\"UTF-8\""))
                : new HubError(403, "GatedRepo", start + " and you are not in the authorized list.", Fields.NONE);
    }

    HubRefusal refusal() {
        return new HubRefusal(this);
    }

    private static String ascii(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
