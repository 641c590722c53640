package io.artifactvault.origin;

/** The ways in which an origin can fail, each with the status for the client and whether a retry may help. */
public enum OriginFailure {
    DNS_FAILED(502, true, "the host name could not be resolved"),
    ADDRESS_REFUSED(502, false, "its address is in a private network, which the configuration does not allow"),
    CONNECT_REFUSED(502, true, "the connection was refused"),
    CONNECT_TIMEOUT(504, true, "the connection attempt timed out"),
    TLS_FAILED(502, false, "the TLS handshake failed; add a private certificate authority to origin.ca_bundle"),
    RESET_BEFORE_HEAD(502, true, "the connection was closed before a response arrived"),
    HEAD_TIMEOUT(504, true, "no response arrived in time"),
    BAD_MESSAGE(502, false, "the response was not valid HTTP"),
    BODY_CUT(502, true, "the connection was closed in the middle of the body"),
    BODY_STALLED(504, true, "the transfer of the body stalled"),
    TOO_MANY_REDIRECTS(502, false, "it redirected too many times"),
    REDIRECT_LOOP(502, false, "it redirected in a loop"),
    LOOP_DETECTED(508, false, "it leads back to a vault that the request has already passed through"),
    BAD_REDIRECT(502, false, "it redirected without a usable Location"),
    UNEXPECTED_ANSWER(502, false, "the response is not one that this origin sends"),
    DIGEST_MISMATCH(502, true, "the bytes did not match their announced digest"),
    UNAVAILABLE(503, true, "it is temporarily unavailable"),
    CONTENT_CHANGED(502, false, "the content changed during the transfer"),
    OFFLINE(504, false, "the vault is offline (offline: true) and sends no requests"),
    REQUEST_CUT(502, false, "the body of the client's request ended early"),
    CIRCUIT_OPEN(503, false, "it is failing, so the vault sends it no requests until it responds to a probe"),
    RATE_LIMITED(429, false, "its rate limit is reached, so the vault sends it no requests until the limit resets"),
    RATE_SHORT(429, false, "little of its rate limit is left, which the vault reserves for content that is not stored"),
    PROXY_UNREACHABLE(502, true, "the outbound proxy could not be reached; check origin.proxy"),
    PROXY_TLS_FAILED(
            502, false, "the TLS handshake with the outbound proxy failed; add its authority to origin.ca_bundle"),
    PROXY_DENIED(502, false, "the outbound proxy refused to connect to it; allow that host and port on the proxy"),
    PROXY_LOGIN(502, false, "the outbound proxy rejected the user name or password; check origin.proxy"),
    PROXY_FAILED(502, true, "the outbound proxy could not connect to it"),
    CONNECTIONS_SPENT(503, true, "all connections that max_connections allows are in use"),
    ABANDONED(503, false, "no client is waiting for it any longer"),
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
