package io.artifactvault.app.cli;

import io.artifactvault.app.ClientEndpoint;
import io.artifactvault.app.doctor.ClientToken;
import io.artifactvault.app.doctor.Endpoint;
import io.artifactvault.app.doctor.Finding;
import io.artifactvault.app.doctor.Python;
import io.artifactvault.app.doctor.RoundTrip;
import io.artifactvault.app.doctor.TrustedAuthorities;
import io.artifactvault.app.doctor.Variables;
import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.config.ConfigException;
import io.artifactvault.snapshot.Json;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code vault doctor}: reports, on a client's machine, whether its downloads go through the vault, and what to change.
 */
@Command(
        name = "doctor",
        description =
                "Report whether downloads on this machine use the vault, and how to correct problems. Changes nothing.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  HF_ENDPOINT         the endpoint of clients on this machine",
            "  HF_TOKEN            the token to send; the default is that of 'hf auth login'",
            "  SSL_CERT_FILE, REQUESTS_CA_BUNDLE",
            "                      authorities to trust instead of the default ones"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:downloads use the vault",
            "1:they bypass the vault, no file was downloaded, the Hub is unreachable, or the Hub rejects the token",
            "2:incorrect usage"
        })
final class DoctorCommand implements Callable<Integer> {
    private static final String USUAL_PYTHON = "python3";

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = {
                "The intended value of HF_ENDPOINT, such as",
                "http://vault:8080/huggingface; the default is its current value."
            })
    private @Nullable String endpoint;

    @Option(
            names = "--repository",
            paramLabel = "NAME",
            description = "A model, to download a small file of; the default is a model that the Hub lists.")
    private @Nullable String repository;

    @Option(
            names = "--python",
            paramLabel = "COMMAND",
            description = "The Python interpreter whose packages are checked; the default is " + USUAL_PYTHON + ".")
    private @Nullable String python;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws ConfigException, InterruptedException {
        Map<String, String> environment = System.getenv();
        Optional<String> wanted = endpoint == null
                ? Optional.empty()
                : Optional.of(ClientEndpoint.parse(endpoint.strip()).toString());
        Endpoint target = new Endpoint(wanted, environment);
        Optional<URI> uri = target.uri();
        List<Finding> findings = uri.isPresent() ? look(target, uri.get(), environment) : target.findings();
        report(findings);
        return hasFailed(findings) ? Main.FAILURE : 0;
    }

    /** The round trip comes first, because it determines the correct value of HF_ENDPOINT. */
    private List<Finding> look(Endpoint target, URI uri, Map<String, String> environment) throws InterruptedException {
        TrustedAuthorities authorities = TrustedAuthorities.of(environment);
        RoundTrip trip = new RoundTrip(uri, Optional.ofNullable(repository), ClientToken.of(environment), authorities);
        // Without the client's certificates every check of an https endpoint would only repeat this failure.
        boolean canTry = authorities.findings().isEmpty() || uri.getScheme().equalsIgnoreCase("http");
        List<Finding> tried = canTry ? trip.findings() : List.of();
        List<Finding> findings = new ArrayList<>(target.findings(trip.mount()));
        boolean isSet = !hasFailed(findings);
        findings.addAll(new Variables(environment, uri).findings());
        findings.addAll(pythonPackages().findings(uri, environment, isSet));
        findings.addAll(tried);
        return findings;
    }

    private Python pythonPackages() throws InterruptedException {
        return python == null ? Python.ask(USUAL_PYTHON) : Python.askNamed(python);
    }

    private static boolean hasFailed(List<Finding> findings) {
        return findings.stream().anyMatch(finding -> finding.state() == Finding.State.FAIL);
    }

    private void report(List<Finding> findings) {
        output.write(
                () -> Json.of(
                        "findings", findings.stream().map(DoctorCommand::json).toList()),
                out -> findings.forEach(finding -> tell(out, finding)));
    }

    private static void tell(PrintWriter out, Finding finding) {
        out.printf("%-5s%-13s%s%n", word(finding), finding.subject(), finding.fact());
        if (!finding.remedy().isEmpty()) {
            out.printf("%-18s-> %s%n", "", finding.remedy());
        }
    }

    private static String word(Finding finding) {
        return finding.state().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> json(Finding finding) {
        return Json.of(
                "state", word(finding),
                "subject", finding.subject(),
                "fact", finding.fact(),
                "remedy", finding.remedy());
    }
}
