package io.artifactvault.app.cli;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.config.ConfigException;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.http.Credential;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options that locate the admin API of a running vault. */
@Command(
        footerHeading = "%nEnvironment:%n",
        footer = {"  VAULT_ADMIN_TOKEN  the token of the admin API, unless --config provides it"})
final class AdminOptions {
    private static final URI USUAL = URI.create("http://127.0.0.1:8081");
    private static final String VARIABLE = "VAULT_ADMIN_TOKEN";

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = {"The URL of the vault's admin API; the default is", "http://127.0.0.1:8081."})
    private @Nullable URI endpoint;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration file of the vault, for the address and the token of its admin API.")
    private @Nullable Path file;

    /** A client for commands that cause no requests to upstream. */
    AdminClient client() throws ConfigException {
        return client(Optional.empty());
    }

    /**
     * A client with the admin token from the configuration or from VAULT_ADMIN_TOKEN.
     *
     * @param upstream the credential that the vault sends upstream for the caller
     */
    AdminClient client(Optional<Credential> upstream) throws ConfigException {
        Optional<VaultConfig> config = file == null
                ? Optional.empty()
                : Optional.of(new ConfigReader(BackendTypes.ALL).read(file, System.getenv(), Overrides.none()));
        Optional<AdminClient.Token> token = config.flatMap(read -> read.admin().token())
                .map(value -> new AdminClient.Token(value, String.valueOf(file)))
                .or(() -> environment(VARIABLE).map(value -> new AdminClient.Token(value, VARIABLE)));
        return new AdminClient(base(config), token, upstream);
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

    static Optional<Credential> environment(String name) {
        return Optional.ofNullable(System.getenv(name))
                .filter(value -> !value.isBlank())
                .map(Credential::bearer);
    }
}
