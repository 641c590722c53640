package io.artifactvault.app.doctor;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The packages that Python on this machine reports as installed; empty when there is no Python. */
public final class Python {
    private static final int PATIENCE_SECONDS = 20;
    private static final String SCRIPT = """
            import importlib.metadata as m
            for name in ("huggingface_hub", "hf_xet", "hf_transfer", "transformers", "datasets"):
                try:
                    print(name, m.version(name))
                except m.PackageNotFoundError:
                    pass
            try:
                from huggingface_hub import constants
                print("endpoint", constants.ENDPOINT)
            except Exception:
                pass
            """;

    private final Map<String, String> versions;
    private final Optional<Finding> missing;

    private Python(Map<String, String> versions, Optional<Finding> missing) {
        this.versions = versions;
        this.missing = missing;
    }

    /** Runs the default interpreter, if there is one, for a limited time. */
    public static Python ask(String interpreter) throws InterruptedException {
        return run(interpreter)
                .orElseGet(() -> new Python(
                        Map.of(),
                        Optional.of(Finding.ok(
                                "python",
                                "This machine has no " + interpreter
                                        + "; the versions of clients were not checked."))));
    }

    /** Runs the interpreter that the operator named, for a limited time. */
    public static Python askNamed(String interpreter) throws InterruptedException {
        return run(interpreter)
                .orElseGet(() -> new Python(
                        Map.of(),
                        Optional.of(Finding.fail(
                                "python",
                                interpreter + " was not found, or cannot be run.",
                                "pass the command of a Python interpreter with --python, such as python3"))));
    }

    private static Optional<Python> run(String interpreter) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(interpreter, "-c", SCRIPT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return Optional.of(read(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Python read(String lines) {
        Map<String, String> versions = new LinkedHashMap<>();
        lines.lines()
                .map(line -> line.split(" ", 2))
                .filter(parts -> parts.length == 2)
                .forEach(parts -> versions.put(parts[0], parts[1].strip()));
        return new Python(versions, Optional.empty());
    }

    /**
     * @param isSet whether HF_ENDPOINT is correct; if not, no further reason is given why Python's packages use another
     *     endpoint
     */
    public List<Finding> findings(URI endpoint, Map<String, String> environment, boolean isSet) {
        List<Finding> findings = new ArrayList<>();
        if (missing.isPresent()) {
            return List.of(missing.get());
        }
        Optional<String> hub = Optional.ofNullable(versions.get("huggingface_hub"));
        if (hub.isEmpty()) {
            findings.add(Finding.ok(
                    "python", "This Python has no huggingface_hub; the versions of other clients were not checked."));
            return findings;
        }
        findings.add(version(hub.get(), endpoint));
        xet(hub.get(), environment).ifPresent(findings::add);
        if (isSet) {
            seen(endpoint).ifPresent(findings::add);
        }
        return findings;
    }

    private static Finding version(String hub, URI endpoint) {
        String path = Optional.ofNullable(endpoint.getPath()).orElse("");
        if (hub.equals("0.28.0") && path.length() > 1) {
            return Finding.fail(
                    "python",
                    "huggingface_hub 0.28.0 drops the path of HF_ENDPOINT.",
                    "pip install 'huggingface_hub!=0.28.0', or mount the Hub at / in the vault");
        }
        return Finding.ok("python", "huggingface_hub " + hub + ".");
    }

    /**
     * The finding about Xet. In versions 0.30 to 0.33 of huggingface_hub the Xet client requests its token from the Hub
     * itself, regardless of HF_ENDPOINT.
     */
    private Optional<Finding> xet(String hub, Map<String, String> environment) {
        boolean past = hub.matches("0\\.3[0-3](\\..*)?") && versions.containsKey("hf_xet");
        boolean off = List.of("1", "true", "yes", "on")
                .contains(environment.getOrDefault("HF_HUB_DISABLE_XET", "").toLowerCase(Locale.ROOT));
        return past && !off
                ? Optional.of(Finding.warn(
                        "xet",
                        "huggingface_hub " + hub
                                + " with hf_xet contacts the Hub directly for files that are stored with Xet.",
                        "export HF_HUB_DISABLE_XET=1, or pip install -U huggingface_hub"))
                : Optional.empty();
    }

    private Optional<Finding> seen(URI endpoint) {
        return Optional.ofNullable(versions.get("endpoint"))
                .filter(seen -> !seen.replaceFirst("/+$", "").equals(endpoint.toString()))
                .map(seen -> Finding.fail(
                        "python",
                        "huggingface_hub uses the endpoint " + seen + ".",
                        "export HF_ENDPOINT=" + endpoint + " before Python starts"));
    }
}
