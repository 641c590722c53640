package io.artifactvault.origin;

import io.artifactvault.http.OriginId;

/** The origin of a vault that is told to stay offline: asks nobody. Never blocks. */
public final class OfflineOrigin implements Origin {
    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        throw new OriginException(
                OriginFailure.OFFLINE, OriginId.of(request.uri()).authority());
    }

    @Override
    public void close() {}
}
