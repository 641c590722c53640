package io.artifactvault.origin.policy;

import io.artifactvault.http.Fields;
import io.artifactvault.http.LoopMark;
import io.artifactvault.http.OriginId;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RequestContext;
import java.util.List;

/**
 * Marks every request that leaves the vault, including redirects, uploads and probes, so that the vault recognizes it
 * when it returns; and distinguishes a vault's rejection of a loop from an origin's response. Directly above the wire.
 * Called on the threads of tasks and fills; thread-safe.
 */
public final class MarkingOrigin implements Origin {
    private final Origin wire;
    private final LoopMark mark;

    public MarkingOrigin(Origin wire, LoopMark mark) {
        this.wire = wire;
        this.mark = mark;
    }

    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        List<String> vaults = RequestContext.current().vaults();
        OriginResponse response = wire.send(request.withFields(mark.on(request.fields(), vaults)));
        if (response.status() == 508 && isOfVault(response.fields())) {
            response.close();
            throw new OriginException(
                    OriginFailure.LOOP_DETECTED, OriginId.of(request.uri()).authority());
        }
        return response;
    }

    private static boolean isOfVault(Fields fields) {
        return fields.first("X-Error-Code").filter(LoopMark.ERROR_CODE::equals).isPresent();
    }

    @Override
    public void close() {
        wire.close();
    }
}
