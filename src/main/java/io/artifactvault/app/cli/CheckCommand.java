package io.artifactvault.app.cli;

import io.artifactvault.app.CheckFinding;
import io.artifactvault.app.ClientEndpoint;
import io.artifactvault.app.EndpointCheck;
import io.artifactvault.app.EndpointClient;
import io.artifactvault.app.doctor.TrustedAuthorities;
import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.config.ConfigException;
import io.artifactvault.http.Credential;
import io.artifactvault.snapshot.Json;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vault check}: tests a running vault as a client does, and reports which of its responses are wrong. */
@Command(
        name = "check",
        description = "Test a running vault as a client does: hit and miss, redirects, ranges, errors and speed.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  HF_ENDPOINT  the endpoint, unless --endpoint is given",
            "  HF_TOKEN     the token to send, for private and gated repositories",
            "  SSL_CERT_FILE, REQUESTS_CA_BUNDLE",
            "               authorities to trust instead of the default ones"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all checks passed", "1:a check failed, or no file was downloaded", "2:incorrect usage"})
final class CheckCommand implements Callable<Integer> {
    private static final String USUAL = "http://localhost:8080/huggingface";

    /**
     * The hint about an endpoint with a path: huggingface_hub's patterns for errors expect {@code /api/} right after
     * the host.
     */
    private static final String BELOW_A_PATH =
            "With a path in the endpoint, huggingface_hub 1.10 and later raise neither"
                    + " BucketNotFoundError nor JobNotFoundError, and leave error.repo_id empty. Downloads work. Mount"
                    + " the Hub at the root (prefix: /) or at a separate host name (hosts) if programs depend on these.";

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = {"The value of HF_ENDPOINT on clients; the default is $$HF_ENDPOINT, then", USUAL + "."})
    private @Nullable String endpoint;

    @Option(
            names = "--repo",
            paramLabel = "REPO",
            defaultValue = "gpt2",
            description = "A repository, such as acme/tiny or datasets/acme/table; the default is ${DEFAULT-VALUE}.")
    private String repository = "";

    @Option(
            names = "--revision",
            paramLabel = "REVISION",
            defaultValue = "main",
            description = "A branch, tag or commit; the default is ${DEFAULT-VALUE}.")
    private String revision = "";

    @Option(
            names = "--file",
            paramLabel = "PATH",
            defaultValue = "config.json",
            description = "A file of the repository, to download twice; the default is ${DEFAULT-VALUE}.")
    private String file = "";

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws Exception {
        EndpointClient client = new EndpointClient(
                endpoint(), token(System.getenv("HF_TOKEN")), TrustedAuthorities.of(System.getenv()));
        List<CheckFinding> findings = new EndpointCheck(client, repository, revision, file).run();
        List<String> hints = hints(endpoint());
        boolean passed = findings.stream().allMatch(CheckFinding::passed);
        output.write(
                () -> Json.of(
                        "passed",
                        passed,
                        "checks",
                        findings.stream().map(CheckFinding::json).toList(),
                        "hints",
                        hints),
                out -> write(out, findings, hints));
        return passed ? 0 : Main.FAILURE;
    }

    private URI endpoint() throws ConfigException {
        String given = Optional.ofNullable(endpoint)
                .or(() -> Optional.ofNullable(System.getenv("HF_ENDPOINT")))
                .orElse(USUAL);
        return ClientEndpoint.parse(given);
    }

    private static Optional<Credential> token(@Nullable String token) {
        return Optional.ofNullable(token).filter(text -> !text.isBlank()).map(Credential::bearer);
    }

    /** Hints that are not errors but are worth knowing. */
    private static List<String> hints(URI endpoint) {
        return endpoint.getRawPath().isEmpty() ? List.of() : List.of(BELOW_A_PATH);
    }

    private static void write(PrintWriter out, List<CheckFinding> findings, List<String> hints) {
        findings.forEach(one -> out.printf("%-5s %-15s %s%n", one.passed() ? "ok" : "FAIL", one.name(), one.detail()));
        hints.forEach(hint -> out.printf("%-5s %s%n", "hint", hint));
        out.printf(
                "%d of %d checks passed%n",
                findings.stream().filter(CheckFinding::passed).count(), findings.size());
    }
}
