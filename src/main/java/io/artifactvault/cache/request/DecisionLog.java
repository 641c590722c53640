package io.artifactvault.cache.request;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Explains to the operator how one response was produced: the requested resource, the decision, the source of the
 * caller's access, and upstream's responses. Created by the router, written by one thread after the other while the
 * request is processed, read after the response has been sent. Contains no credential and no query.
 */
public final class DecisionLog {
    /** The maximum length of a title, which comes from the client and is kept in memory. */
    private static final int LONGEST = 512;

    private final String backend;
    private volatile String title = "";
    private volatile String decision = "";
    private volatile String access = "";
    private volatile Optional<UpstreamTrace> trace = Optional.empty();

    /** Creates the log of one response. ¶ {@code backend} is the backend's name, empty for the vault's own response. */
    public DecisionLog(String backend) {
        this.backend = backend;
    }

    public void requested(String resource) {
        title = resource.length() <= LONGEST ? resource : resource.substring(0, LONGEST) + "...";
    }

    public void decided(String plan, String accessBasis) {
        decision = plan;
        access = accessBasis;
    }

    /** Records where the content came from, if that differs from the decision. */
    public void comesFrom(String where) {
        decision = decision + "; content from " + where;
    }

    public void follows(UpstreamTrace upstreamTrace) {
        trace = Optional.of(upstreamTrace);
    }

    public String backend() {
        return backend;
    }

    /** The requested resource, in the backend's terms. */
    public String title() {
        return title;
    }

    /** The decision in words: serve, ask or pass, and the reason. */
    public String decision() {
        return decision;
    }

    /** Why the caller may receive the response. */
    public String access() {
        return access;
    }

    /** Upstream's responses, one step for each; empty if upstream was not contacted. */
    public List<UpstreamTrace.Step> steps() {
        return trace.map(UpstreamTrace::steps).orElse(List.of());
    }

    /** One line for the log; empty if there is nothing to report. */
    @Override
    public String toString() {
        if (title.isEmpty()) {
            return "";
        }
        String chain = steps().stream().map(UpstreamTrace.Step::toString).collect(Collectors.joining(" -> "));
        return title + "; " + decision + "; " + access + (chain.isEmpty() ? "" : "; " + chain);
    }
}
