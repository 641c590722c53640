package io.artifactvault.backend;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to ask upstream for a resource.
 *
 * @param uri absolute; its origin is the operator's choice, unless it {@code fromAnswer}
 * @param fields request fields to send
 * @param credential whom upstream shall take us for; bound to the URI's origin
 * @param maxRedirects followed inside
 * @param privateRedirects to which private addresses redirects may lead
 * @param account on which limits it is put
 * @param fromAnswer whether the address came in an answer of upstream: then it may lead no further than a redirect may
 */
public record Upstream(
        URI uri,
        Fields fields,
        Optional<Credential> credential,
        int maxRedirects,
        PrivateTargets privateRedirects,
        Account account,
        boolean fromAnswer) {

    public Upstream(
            URI uri,
            Fields fields,
            Optional<Credential> credential,
            int maxRedirects,
            PrivateTargets privateRedirects,
            Account account) {
        this(uri, fields, credential, maxRedirects, privateRedirects, account, false);
    }

    /** Without limits or mirrors. */
    public Upstream(
            URI uri,
            Fields fields,
            Optional<Credential> credential,
            int maxRedirects,
            PrivateTargets privateRedirects) {
        this(uri, fields, credential, maxRedirects, privateRedirects, new Account("", "", true, List.of()));
    }

    /**
     * What asking costs, and where else one may ask.
     *
     * @param backend whose limits on connections and bandwidth; empty for nobody's
     * @param budget which of upstream's rate limits is spent, in the ecosystem's own words
     * @param oneService whether one service stands behind all paths, so that a gateway's error for one speaks of all
     * @param mirrors the same resource elsewhere, in order; for content whose digest is known
     * @param passingStall how long a body may be silent that cannot be resumed; zero for any time
     */
    public record Account(String backend, String budget, boolean oneService, List<URI> mirrors, Duration passingStall) {
        public Account(String backend, String budget, boolean oneService, List<URI> mirrors) {
            this(backend, budget, oneService, mirrors, SourceSettings.USUAL_STALL);
        }
    }
}
