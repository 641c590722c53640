package io.artifactvault.origin;

import io.artifactvault.http.OriginId;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How the vault reaches origins.
 *
 * @param httpProxy the proxy for origins whose scheme is http
 * @param httpsProxy the same for https
 * @param direct origins that are contacted without a proxy
 * @param caBundle certificates that are trusted in addition to the system's
 * @param caBundleCheck interval between two checks whether its file has changed
 * @param attemptDelay how long an address of a host may take to respond before the next one is tried in parallel
 */
public record OutboundSettings(
        Optional<OutboundProxy> httpProxy,
        Optional<OutboundProxy> httpsProxy,
        NoProxy direct,
        Optional<CaBundle> caBundle,
        Duration caBundleCheck,
        Duration attemptDelay) {
    /** RFC 8305 §8, "Connection Attempt Delay". */
    public static final Duration ATTEMPT_DELAY = Duration.ofMillis(250);

    private static final Duration USUAL_CHECK = Duration.ofSeconds(5);

    /**
     * Origins that are contacted directly if the proxy comes from environment variables: such a proxy is not meant for
     * this machine itself.
     */
    private static final NoProxy THIS_MACHINE = NoProxy.parse("localhost 127.0.0.0/8 ::1");

    public static final OutboundSettings DIRECT =
            new OutboundSettings(Optional.empty(), Optional.empty(), NoProxy.NOTHING, Optional.empty());

    /** Settings with the default times. */
    public OutboundSettings(
            Optional<OutboundProxy> httpProxy,
            Optional<OutboundProxy> httpsProxy,
            NoProxy direct,
            Optional<CaBundle> caBundle) {
        this(httpProxy, httpsProxy, direct, caBundle, USUAL_CHECK, ATTEMPT_DELAY);
    }

    /** A copy with another delay. */
    public OutboundSettings withAttemptDelay(Duration delay) {
        return new OutboundSettings(httpProxy, httpsProxy, direct, caBundle, caBundleCheck, delay);
    }

    /** A copy with another interval between two checks of the bundle. */
    public OutboundSettings withCaBundleCheck(Duration between) {
        return new OutboundSettings(httpProxy, httpsProxy, direct, caBundle, between, attemptDelay);
    }

    /**
     * The settings as configured or, where nothing is configured, from the environment variables in lower and upper
     * case.
     *
     * @throws IllegalArgumentException when the environment sets an invalid proxy; the message names the variable
     */
    public static OutboundSettings of(
            Optional<OutboundProxy> proxy,
            Optional<NoProxy> direct,
            Optional<CaBundle> caBundle,
            Map<String, String> environment) {
        Optional<OutboundProxy> httpProxy = proxy.or(() -> proxy(environment, "HTTP_PROXY"));
        Optional<OutboundProxy> httpsProxy = proxy.or(() -> proxy(environment, "HTTPS_PROXY"));
        NoProxy exempt = direct.or(() -> variable(environment, "NO_PROXY").map(NoProxy::parse))
                .orElse(NoProxy.NOTHING);
        boolean ofEnvironment = proxy.isEmpty() && (httpProxy.isPresent() || httpsProxy.isPresent());
        return new OutboundSettings(httpProxy, httpsProxy, ofEnvironment ? exempt.and(THIS_MACHINE) : exempt, caBundle);
    }

    private static Optional<OutboundProxy> proxy(Map<String, String> environment, String name) {
        try {
            return variable(environment, name).map(OutboundProxy::parse);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the environment variable " + name + " " + e.getMessage(), e);
        }
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .or(() -> Optional.ofNullable(environment.get(name.toLowerCase(Locale.ROOT))))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    public Optional<OutboundProxy> proxyFor(OriginId origin) {
        return (origin.isTls() ? httpsProxy : httpProxy).filter(_ -> !direct.covers(origin));
    }
}
