package io.artifactvault.origin;

/** The ways in which an origin can fail, each with the status for the client and whether a retry may help. */
public enum OriginFailure {
    DNS_FAILED(502, true, "the name of the host could not be resolved"),
    ADDRESS_REFUSED(502, false, "its address is in a private network, and the operator has not allowed that"),
    CONNECT_REFUSED(502, true, "the connection was refused"),
    CONNECT_TIMEOUT(504, true, "connecting took too long"),
    TLS_FAILED(502, false, "the TLS handshake failed; an authority of one's own belongs into origin.ca_bundle"),
    RESET_BEFORE_HEAD(502, true, "the connection was closed before an answer came"),
    HEAD_TIMEOUT(504, true, "no answer came in time"),
    BAD_MESSAGE(502, false, "the answer was not valid HTTP"),
    BODY_CUT(502, true, "the connection was closed in the middle of the body"),
    BODY_STALLED(504, true, "the body stopped arriving"),
    TOO_MANY_REDIRECTS(502, false, "it redirected too many times"),
    REDIRECT_LOOP(502, false, "it redirected in a loop"),
    LOOP_DETECTED(508, false, "it leads back to a vault that the request came through already"),
    BAD_REDIRECT(502, false, "it redirected without a usable Location"),
    UNEXPECTED_ANSWER(502, false, "the answer is not one that this origin gives"),
    DIGEST_MISMATCH(502, true, "the bytes did not match their announced digest"),
    UNAVAILABLE(503, true, "it cannot answer now"),
    CONTENT_CHANGED(502, false, "the content changed while it was being fetched"),
    OFFLINE(504, false, "the vault is offline (offline: true) and asks nobody"),
    REQUEST_CUT(502, false, "the request's own body broke off before it was sent whole"),
    CIRCUIT_OPEN(503, false, "it fails and is left alone until it answers a probe"),
    RATE_LIMITED(429, false, "it said that its rate limit is spent, so that it is not asked for a while"),
    RATE_SHORT(429, false, "little of its rate limit is left, which is kept for what is not stored"),
    PROXY_UNREACHABLE(502, true, "the outbound proxy could not be reached; look at origin.proxy"),
    PROXY_TLS_FAILED(
            502,
            false,
            "the TLS handshake with the outbound proxy failed; its authority belongs into origin.ca_bundle"),
    PROXY_DENIED(502, false, "the outbound proxy refused to connect to it; let the proxy allow that host and port"),
    PROXY_LOGIN(502, false, "the outbound proxy wants another user name or password; look at origin.proxy"),
    PROXY_FAILED(502, true, "the outbound proxy could not connect to it"),
    CONNECTIONS_SPENT(503, true, "as many connections as max_connections allows are in use"),
    ABANDONED(503, false, "no client waits for it any more"),
    INTERRUPTED(503, true, "the vault is shutting down");

    private final int clientStatus;
    private final boolean retryable;
    private final String sentence;

    OriginFailure(int clientStatus, boolean retryable, String sentence) {
        this.clientStatus = clientStatus;
        this.retryable = retryable;
        this.sentence = sentence;
    }

    /** 429, 502, 503, 504 or 508. */
    public int clientStatus() {
        return clientStatus;
    }

    public boolean isRetryable() {
        return retryable;
    }

    /** Whether the vault itself aborted, which does not concern the origin and is never retried. */
    public boolean isOurs() {
        return this == ABANDONED || this == INTERRUPTED;
    }

    /** A clause whose subject is the origin or its connection. */
    public String sentence() {
        return sentence;
    }
}
