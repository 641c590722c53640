package io.artifactvault.testhub;

import java.io.IOException;

/** What a scripted origin does with a request; called on the connection's own virtual thread. */
@FunctionalInterface
public interface OriginHandler {
    /** Answers the request; what it leaves open (head, last chunk) the origin completes. */
    void handle(OriginRequest request, OriginReply reply) throws IOException;
}
