package io.artifactvault.testhub;

import java.io.IOException;
import java.util.Optional;

/** The CDN: serves signed addresses with an ETag of its own, and refuses those who bring credentials. */
final class Cdn {
    private static final long LONGEST_UNRANGED = 50_000_000_000L;

    private final SignedUrls signatures;

    Cdn(SignedUrls signatures) {
        this.signatures = signatures;
    }

    void answer(OriginRequest request, OriginReply reply) throws IOException {
        reply.field("Server", "CloudFront").field("X-Amz-Cf-Id", Digests.hex("MD5", request.target()));
        if (request.field("Authorization").isPresent()) {
            refuse(reply, 400, "InvalidArgument", "Only one auth mechanism allowed");
            return;
        }
        Optional<SignedUrls.Grant> grant = signatures.claim(request);
        if (grant.isEmpty()) {
            refuse(reply, 403, "AccessDenied", "Access Denied");
        } else if (grant.get().file().size() > LONGEST_UNRANGED
                && !request.fields().has("Range")) {
            refuse(reply, 400, "InvalidRequest", "The file is too large to be sent at once");
        } else {
            deliver(grant.get(), reply);
        }
    }

    private static void deliver(SignedUrls.Grant grant, OriginReply reply) throws IOException {
        reply.field("Content-Type", "application/octet-stream")
                .field("ETag", "\"" + grant.file().cdnTag() + "\"")
                .field("Last-Modified", "Wed, 19 Feb 2025 10:57:45 GMT")
                .field("Cache-Control", "public, max-age=31536000")
                .field("Content-Disposition", grant.disposition())
                .field("X-Cache", "Hit from cloudfront")
                .field("Via", "1.1 testhub.cloudfront.net (CloudFront)")
                .asContent()
                .serve(grant.file().content());
    }

    private static void refuse(OriginReply reply, int status, String code, String message) throws IOException {
        reply.status(status)
                .field("Content-Type", "application/xml")
                .answer("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>"
                        + message + "</Message></Error>");
    }
}
