package io.artifactvault.app.doctor;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The environment variables that make downloads bypass the vault, end early or fail to start. Reads no files except
 * certificates.
 */
public final class Variables {
    private static final int SHORTEST_SECONDS = 10;

    private final Map<String, String> environment;
    private final URI endpoint;

    public Variables(Map<String, String> environment, URI endpoint) {
        this.environment = environment;
        this.endpoint = endpoint;
    }

    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(proxy());
        offline().ifPresent(findings::add);
        staging().ifPresent(findings::add);
        timeouts(findings);
        findings.addAll(TrustedAuthorities.of(environment).findings());
        return findings;
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private boolean isOn(String name) {
        return value(name)
                .filter(value -> List.of("1", "true", "yes", "on").contains(value.toLowerCase(Locale.ROOT)))
                .isPresent();
    }

    /**
     * The finding about a proxy between this machine and the vault, by the rules that Python's clients and curl follow.
     */
    private Finding proxy() {
        String scheme = endpoint.getScheme().toLowerCase(Locale.ROOT);
        List<String> names = scheme.equals("http")
                ? List.of("http_proxy", "all_proxy", "ALL_PROXY", "HTTP_PROXY")
                : List.of("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
        Optional<String> set =
                names.stream().filter(name -> value(name).isPresent()).findFirst();
        if (set.isEmpty() || isExcepted()) {
            return Finding.ok("proxy", "Requests to the vault do not use a proxy.");
        }
        return Finding.warn(
                "proxy",
                set.get() + " routes requests for " + endpoint.getHost() + " through a proxy.",
                "export NO_PROXY="
                        + value("NO_PROXY")
                                .or(() -> value("no_proxy"))
                                .map(old -> old + ",")
                                .orElse("") + endpoint.getHost());
    }

    private boolean isExcepted() {
        String host = endpoint.getHost().toLowerCase(Locale.ROOT);
        String all = value("no_proxy").orElse("") + "," + value("NO_PROXY").orElse("");
        for (String entry : all.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
            String name = entry.replaceFirst(":\\d+$", "").replaceFirst("^\\*?\\.", "");
            if (entry.equals("*") || (!name.isEmpty() && (host.equals(name) || host.endsWith("." + name)))) {
                return true;
            }
        }
        return false;
    }

    private Optional<Finding> offline() {
        return isOn("HF_HUB_OFFLINE") || isOn("TRANSFORMERS_OFFLINE")
                ? Optional.of(Finding.warn(
                        "offline",
                        "HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is on: clients send no requests, even to the vault.",
                        "unset HF_HUB_OFFLINE TRANSFORMERS_OFFLINE"))
                : Optional.empty();
    }

    private Optional<Finding> staging() {
        return isOn("HUGGINGFACE_CO_STAGING")
                ? Optional.of(Finding.fail(
                        "staging",
                        "HUGGINGFACE_CO_STAGING is set: clients contact the Hub's staging site.",
                        "unset HUGGINGFACE_CO_STAGING"))
                : Optional.empty();
    }

    private void timeouts(List<Finding> findings) {
        for (String name : List.of("HF_HUB_ETAG_TIMEOUT", "HF_HUB_DOWNLOAD_TIMEOUT")) {
            boolean isShort = value(name)
                    .filter(text -> text.matches("\\d{1,6}"))
                    .filter(text -> Integer.parseInt(text) < SHORTEST_SECONDS)
                    .isPresent();
            if (isShort) {
                findings.add(Finding.warn(
                        "timeout",
                        name + " is " + value(name).orElse("")
                                + " s, which may be too short: the first download of a file has to wait for the Hub.",
                        "export " + name + "=" + SHORTEST_SECONDS));
            }
        }
    }
}
