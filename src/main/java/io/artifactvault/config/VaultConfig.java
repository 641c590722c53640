package io.artifactvault.config;

import io.artifactvault.admin.AdminSettings;
import io.artifactvault.backend.ConfiguredBackend;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.server.ServerSettings;
import io.artifactvault.store.StoreSettings;
import java.util.List;

/** The whole configuration: the settings of each package. */
public record VaultConfig(
        ServerSettings server,
        AdminSettings admin,
        StoreSettings store,
        CacheSettings cache,
        OriginSettings origin,
        List<ConfiguredBackend<?>> backends) {}
