package io.artifactvault.origin;

import io.artifactvault.http.Fields;

/** Answers the first request with a redirect, and lets a real origin answer the others. */
public final class RedirectingTo implements Origin {
    private final String location;
    private final Origin others;
    private boolean redirected;

    public RedirectingTo(String location, Origin others) {
        this.location = location;
        this.others = others;
    }

    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        if (redirected) {
            return others.send(request);
        }
        redirected = true;
        return new EmptyResponse(302, Fields.of("Location", location));
    }

    @Override
    public void close() {}
}
