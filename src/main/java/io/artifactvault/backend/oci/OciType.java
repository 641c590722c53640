package io.artifactvault.backend.oci;

import com.google.common.net.InetAddresses;
import io.artifactvault.backend.Backend;
import io.artifactvault.backend.BackendSettings.ListenAddress;
import io.artifactvault.backend.BackendType;
import io.artifactvault.backend.InvalidSettingException;
import io.artifactvault.backend.SettingsReader;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.http.Credential;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.Scan;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code type: oci} for any registry, and the registries that have a type with their own defaults. */
public final class OciType implements BackendType<OciSettings> {
    /** Any registry; needs {@code base_url}. */
    public static final OciType OCI = new OciType("oci", Optional.empty(), Set.of(), "", Set.of());

    /** Docker Hub, whose image names have another host than its interface. */
    public static final OciType DOCKER_HUB = new OciType(
            "dockerhub",
            Optional.of(URI.create("https://registry-1.docker.io")),
            Set.of("docker.io", "index.docker.io"),
            "library",
            Set.of("auth.docker.io"));

    /** Ollama's registry. */
    public static final OciType OLLAMA =
            new OciType("ollama", Optional.of(URI.create("https://registry.ollama.ai")), Set.of(), "library", Set.of());

    /** All of them. */
    public static final List<OciType> ALL = List.of(DOCKER_HUB, OCI, OLLAMA);

    private static final int MOST_PORT = 65_535;
    private static final int MOST_DIGITS = 5;
    private static final Duration METADATA_TTL = Duration.ofMinutes(5);
    private static final Duration NEGATIVE_TTL = Duration.ofSeconds(30);
    private static final Duration ACCESS_TTL = Duration.ofMinutes(5);
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final String name;
    private final Optional<URI> baseUrl;
    private final Set<String> imageHosts;
    private final String defaultNamespace;
    private final Set<String> tokenHosts;

    private OciType(
            String name,
            Optional<URI> baseUrl,
            Set<String> imageHosts,
            String defaultNamespace,
            Set<String> tokenHosts) {
        this.name = name;
        this.baseUrl = baseUrl;
        this.imageHosts = imageHosts;
        this.defaultNamespace = defaultNamespace;
        this.tokenHosts = tokenHosts;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Backend open(OciSettings settings, InstantSource clock) {
        return new OciBackend(settings);
    }

    @Override
    public OciSettings defaults() {
        URI url = baseUrl.orElse(URI.create("https://registry.example.com"));
        return new OciSettings(
                name,
                "/" + name + "/",
                List.of(),
                Optional.empty(),
                Set.copyOf(usualImageHosts(url)),
                url,
                defaultNamespace,
                tokenHosts,
                Optional.empty(),
                false,
                METADATA_TTL,
                NEGATIVE_TTL,
                ACCESS_TTL,
                TIMEOUT,
                PrivateTargets.NONE,
                SourceSettings.UNLIMITED);
    }

    @Override
    public OciSettings read(String backend, SettingsReader config) throws InvalidSettingException {
        URI url = baseUrl.isPresent() ? config.url("base_url", baseUrl.get()) : config.requiredUrl("base_url");
        return new OciSettings(
                backend,
                config.prefix("/" + backend + "/"),
                config.hosts(),
                config.optional("listen", OciType::listener),
                Set.copyOf(config.hostsAndPorts("image_hosts", usualImageHosts(url))),
                withoutVersion(url),
                config.value("default_namespace", defaultNamespace, OciType::namespace),
                Set.copyOf(config.hostsAndPorts("token_hosts", List.copyOf(tokenHosts))),
                login(config),
                config.truth("ask_login", false),
                config.duration("metadata_ttl", METADATA_TTL),
                config.duration("negative_ttl", NEGATIVE_TTL),
                config.duration("access_ttl", ACCESS_TTL),
                config.wait("timeout", TIMEOUT),
                config.privateRedirects(PrivateTargets.NONE),
                config.source());
    }

    /** Nobody lends a login without saying so: with it, every client may read what it may read. */
    private static Optional<Credential> login(SettingsReader config) throws InvalidSettingException {
        Optional<Credential> login = config.login();
        boolean lent = config.truth("login_for_anonymous", false);
        if (login.isPresent() && !lent) {
            throw config.wrong(
                    "login_for_anonymous",
                    "must be true for the backend's login to be used: it is then sent for every client that has none,"
                            + " so that all clients may pull what it may pull; set it, or remove the login");
        }
        if (lent && login.isEmpty()) {
            throw config.wrong("login_for_anonymous", "needs a login: add token, or user and password");
        }
        return login;
    }

    /** By default the registry's own host counts, so that {@code ns=ghcr.io} needs no setting. */
    private List<String> usualImageHosts(URI url) {
        Set<String> hosts = new LinkedHashSet<>(imageHosts);
        hosts.add(url.getAuthority().toLowerCase(Locale.ROOT));
        return List.copyOf(hosts);
    }

    /** Some write the interface's path into the address of a registry. */
    private static URI withoutVersion(URI url) {
        String text = url.toString();
        return text.endsWith("/v2") ? URI.create(text.substring(0, text.length() - "/v2".length())) : url;
    }

    private static String namespace(String text) throws InvalidSettingException {
        if (text.isEmpty() || RepositoryName.parse(text).isPresent()) {
            return text;
        }
        throw new InvalidSettingException("must be a namespace such as library, in lower case");
    }

    /** {@code :5000}, {@code 5000}, {@code 127.0.0.1:5000} or {@code [::1]:5000}. */
    private static ListenAddress listener(String text) throws InvalidSettingException {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(0, colon));
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        boolean isHost = bracketed
                ? bare.indexOf(':') >= 0 && InetAddresses.isInetAddress(bare)
                : bare.isEmpty() || Scan.isMadeOf(bare, OciType::isOfHostName);
        if (!isHost || !Scan.isNumber(port, MOST_DIGITS) || Integer.parseInt(port) > MOST_PORT) {
            throw new InvalidSettingException("must be a port such as :5000, or an address such as 127.0.0.1:5000");
        }
        return new ListenAddress(bare.isEmpty() ? Optional.empty() : Optional.of(bare), Integer.parseInt(port));
    }

    private static boolean isOfHostName(char c) {
        return Scan.isLetter(c) || Scan.isDigit(c) || c == '.' || c == '-';
    }
}
