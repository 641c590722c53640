package io.artifactvault.app.doctor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * The single cause that prevents all downloads.
 *
 * @param fact a sentence
 * @param remedy what to change
 */
public record Problem(String subject, String fact, String remedy) {
    /**
     * Determines why requests to the endpoint fail. Probes its port if the scheme may be wrong; blocks for a few
     * seconds at most.
     */
    public static Problem of(URI endpoint, IOException failure, TrustedAuthorities authorities) {
        return wrongScheme(endpoint, failure).orElseGet(() -> ofConnection(endpoint, failure, authorities));
    }

    /**
     * The problem if the URL has the wrong scheme, for a server that responds, but not like a vault: servers respond
     * 400 to http on their https port.
     */
    public static Optional<Problem> wrongScheme(URI endpoint) {
        if (endpoint.getScheme().equalsIgnoreCase("https")) {
            return SchemeProbe.speaksHttp(endpoint) ? Optional.of(wrong(endpoint, "http", "https")) : Optional.empty();
        }
        return SchemeProbe.speaksTls(endpoint) ? Optional.of(wrong(endpoint, "https", "http")) : Optional.empty();
    }

    private static Optional<Problem> wrongScheme(URI endpoint, IOException failure) {
        boolean unconnected = failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
        return unconnected || isOfCertificate(failure) ? Optional.empty() : wrongScheme(endpoint);
    }

    private static Problem wrong(URI endpoint, String spoken, String said) {
        String path = Optional.ofNullable(endpoint.getRawPath()).orElse("");
        return new Problem(
                "vault",
                place(endpoint) + " speaks " + spoken + ", not " + said + ".",
                "use " + spoken + "://" + place(endpoint) + path);
    }

    private static Problem ofConnection(URI endpoint, IOException failure, TrustedAuthorities authorities) {
        String place = place(endpoint);
        return switch (failure) {
            case ConnectException _
            when Causes.include(failure, UnresolvedAddressException.class) ->
                new Problem(
                        "vault",
                        "This machine cannot resolve the host name " + endpoint.getHost() + ".",
                        "correct the host name in the endpoint, or add it to DNS");
            case HttpConnectTimeoutException _ ->
                new Problem("vault", place + " does not accept connections in time.", "check firewalls and routes");
            case HttpTimeoutException _ ->
                new Problem("vault", place + " accepts connections but does not respond.", "check the vault's log");
            case SSLException _ -> ofTls(endpoint, failure, authorities);
            case ConnectException _ ->
                new Problem(
                        "vault",
                        "No server accepts connections at " + endpoint + ".",
                        "start a vault, check firewalls, or correct the host and port of the endpoint");
            default ->
                new Problem(
                        "vault",
                        "The connection to " + place + " broke: " + reason(failure) + ".",
                        "check the proxies between this machine and the vault, and the vault's log");
        };
    }

    private static Problem ofTls(URI endpoint, IOException failure, TrustedAuthorities authorities) {
        String place = place(endpoint);
        if (!isOfCertificate(failure)) {
            return new Problem(
                    "certificate",
                    "The TLS handshake with " + place + " failed: " + reason(failure) + ".",
                    "check its TLS versions and certificates");
        }
        // The JDK's message for a name that does not match (HostnameChecker).
        if (reason(failure).contains("No subject alternative")
                || reason(failure).contains("No name matching")) {
            return new Problem(
                    "certificate",
                    "The certificate of " + place + " is not valid for the name " + endpoint.getHost() + ".",
                    "use a name in the certificate, or install a certificate for this name on the vault's gateway");
        }
        return new Problem(
                "certificate",
                "The client does not trust the certificate of " + place + ". It trusts " + authorities.source() + ".",
                "export SSL_CERT_FILE and REQUESTS_CA_BUNDLE with the path of its authority's PEM file");
    }

    private static boolean isOfCertificate(IOException failure) {
        return Causes.include(failure, CertificateException.class);
    }

    private static String reason(IOException failure) {
        return Optional.ofNullable(failure.getMessage())
                .orElse(failure.getClass().getSimpleName());
    }

    private static String place(URI endpoint) {
        return endpoint.getHost() + ":" + SchemeProbe.port(endpoint);
    }

    Finding finding() {
        return Finding.fail(subject, fact, remedy);
    }

    /** Fact and remedy in one line. */
    public String line() {
        return fact.substring(0, fact.length() - 1) + "; " + remedy + ".";
    }
}
