package io.artifactvault.http;

import java.util.Optional;

/**
 * A client's request as a value.
 *
 * @param method as sent, case-sensitive (RFC 9110 §9.1)
 * @param target the validated request target
 * @param fields the client's header fields
 * @param base scheme and authority under which the client reached the vault, such as {@code http://vault:8080}; sent
 *     only to the same client, never stored
 * @param body the request's content, if any
 * @param early receives interim responses for the client
 * @param client the sender, and whether it still waits
 */
public record Request(
        String method,
        Target target,
        Fields fields,
        String base,
        Optional<RequestBody> body,
        EarlyAnswers early,
        Client client) {
    /** A request of the vault itself, which receives no interim responses. */
    public Request(String method, Target target, Fields fields, String base, Optional<RequestBody> body) {
        this(method, target, fields, base, body, EarlyAnswers.NONE, Client.itself());
    }

    /** A GET of the same target for the same client, with other fields and without content. */
    public Request plainGet(Fields other) {
        return new Request("GET", target, other, base, Optional.empty(), EarlyAnswers.NONE, client);
    }

    /** A copy that is sent with the given credential. */
    public Request as(Credential holder) {
        return new Request(method, target, fields.with("Authorization", holder.reveal()), base, body, early, client);
    }

    /** Whether only the head of the response is requested. */
    public boolean isHead() {
        return method.equals("HEAD");
    }

    /** GET or HEAD: the only methods that may be served from the cache. */
    public boolean isRead() {
        return method.equals("GET") || isHead();
    }

    /** GET or HEAD without content, because content in them has no defined semantics (RFC 9110 §9.3.1). */
    public boolean isPlainRead() {
        return isRead() && body.isEmpty();
    }

    /** The client's Authorization, when it sent one. */
    public Optional<Credential> credential() {
        return fields.first("Authorization").map(Credential::ofAuthorization);
    }
}
