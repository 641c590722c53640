package io.artifactvault.server;

/** The state that {@code /readyz} reports. */
public sealed interface Readiness {
    record Ready() implements Readiness {}

    /** Requests are served from the store and from upstream, but nothing new is stored. */
    record Degraded(String reason) implements Readiness {}

    /** The vault is stopping: responses in progress are finished, new connections are refused. */
    record Draining() implements Readiness {}
}
