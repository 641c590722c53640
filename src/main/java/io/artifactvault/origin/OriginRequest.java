package io.artifactvault.origin;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.RequestBody;
import java.net.URI;
import java.util.Optional;

/**
 * One request to an origin.
 *
 * @param uri absolute http or https; its path and query go on the wire exactly as they stand here
 * @param fields without Host, Authorization, Content-Length, Transfer-Encoding and hop-by-hop fields: the client adds
 *     its own
 * @param credential sent as Authorization to this URI's origin only
 * @param privateAllowed whether the connected address may be loopback, private or link-local
 */
public record OriginRequest(
        String method,
        URI uri,
        Fields fields,
        Optional<Credential> credential,
        Optional<RequestBody> body,
        boolean privateAllowed) {

    public static OriginRequest get(URI uri) {
        return new OriginRequest("GET", uri, Fields.EMPTY, Optional.empty(), Optional.empty(), false);
    }

    public OriginRequest withMethod(String other) {
        return new OriginRequest(other, uri, fields, credential, body, privateAllowed);
    }

    public OriginRequest withFields(Fields other) {
        return new OriginRequest(method, uri, other, credential, body, privateAllowed);
    }

    public OriginRequest withCredential(Optional<Credential> other) {
        return new OriginRequest(method, uri, fields, other, body, privateAllowed);
    }

    public OriginRequest withUri(URI other) {
        return new OriginRequest(method, other, fields, credential, body, privateAllowed);
    }

    public OriginRequest withBody(Optional<RequestBody> other) {
        return new OriginRequest(method, uri, fields, credential, other, privateAllowed);
    }

    public OriginRequest withPrivateAllowed(boolean allowed) {
        return new OriginRequest(method, uri, fields, credential, body, allowed);
    }
}
