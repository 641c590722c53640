package io.artifactvault.origin;

import io.artifactvault.http.OriginId;

/** The origin of a vault that is configured to stay offline: sends no requests. Never blocks. */
public final class OfflineOrigin implements Origin {
    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        throw new OriginException(
                OriginFailure.OFFLINE, OriginId.of(request.uri()).authority());
    }

    @Override
    public void close() {}
}
