package io.artifactvault.app;

import io.artifactvault.config.ConfigException;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.http.Credential;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where the admin API of a running vault is. */
final class AdminOptions {
    private static final URI USUAL = URI.create("http://127.0.0.1:8081");

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "The vault's admin API; the default is http://127.0.0.1:8081.")
    private @Nullable URI endpoint;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration of the vault, which says where its admin API is.")
    private @Nullable Path file;

    @Option(
            names = "--anonymous",
            description = "Have the vault ask upstream without a token; else HF_TOKEN is used where it is set.")
    private boolean anonymous;

    /** The admin token comes from the configuration, or from VAULT_ADMIN_TOKEN. */
    AdminClient client() throws ConfigException {
        Optional<VaultConfig> config = file == null
                ? Optional.empty()
                : Optional.of(new ConfigReader(BackendTypes.ALL).read(file, System.getenv(), Overrides.none()));
        Optional<Credential> token = config.flatMap(read -> read.admin().token());
        return new AdminClient(
                base(config),
                token.isPresent() ? token : environment("VAULT_ADMIN_TOKEN"),
                anonymous ? Optional.empty() : environment("HF_TOKEN"));
    }

    private URI base(Optional<VaultConfig> config) throws ConfigException {
        if (endpoint == null) {
            return config.map(AdminOptions::configured).orElse(USUAL);
        }
        if (endpoint.getHost() == null || !String.valueOf(endpoint.getScheme()).startsWith("http")) {
            throw new ConfigException(
                    "--endpoint must be a URL such as http://127.0.0.1:8081, not \"" + endpoint + "\".");
        }
        return endpoint;
    }

    private static URI configured(VaultConfig config) {
        String host = config.admin().host();
        String reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return URI.create(
                "http://" + (reachable.contains(":") && !reachable.startsWith("[") ? "[" + reachable + "]" : reachable)
                        + ":" + config.admin().port());
    }

    private static Optional<Credential> environment(String name) {
        return Optional.ofNullable(System.getenv(name))
                .filter(value -> !value.isBlank())
                .map(Credential::bearer);
    }
}
