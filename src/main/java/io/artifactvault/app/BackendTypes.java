package io.artifactvault.app;

import io.artifactvault.backend.BackendType;
import io.artifactvault.backend.generic.GenericType;
import io.artifactvault.backend.huggingface.HuggingFaceType;
import io.artifactvault.backend.oci.OciType;
import io.artifactvault.backend.pypi.PyPiType;
import java.util.List;

/** The ecosystems that the vault supports; the only class that lists them. */
public final class BackendTypes {
    public static final List<BackendType<?>> ALL = List.of(
            new HuggingFaceType(), new PyPiType(), OciType.DOCKER_HUB, OciType.OCI, OciType.OLLAMA, new GenericType());

    private BackendTypes() {}
}
