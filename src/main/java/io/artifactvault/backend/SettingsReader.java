package io.artifactvault.backend;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The configuration of one backend, as its {@link BackendType} reads it: each method reads one setting by its key,
 * checks its form, and returns the default if it is missing. Confined to the reading thread.
 */
public interface SettingsReader {
    /** The setting {@code prefix}: a path with a slash at both ends. */
    String prefix(String otherwise) throws InvalidSettingException;

    /** The setting {@code hosts}. */
    default List<String> hosts() throws InvalidSettingException {
        return hostNames("hosts");
    }

    /** Host names in lower case. */
    List<String> hostNames(String key) throws InvalidSettingException;

    /** Host names in lower case, each alone or with a port: {@code host} or {@code host:port}. */
    List<String> hostsAndPorts(String key, List<String> otherwise) throws InvalidSettingException;

    /** A URL without a trailing slash. */
    URI url(String key, URI otherwise) throws InvalidSettingException;

    /** A required URL. */
    URI requiredUrl(String key) throws InvalidSettingException;

    Optional<URI> url(String key) throws InvalidSettingException;

    Optional<Credential> token(String key) throws InvalidSettingException;

    /** The settings {@code token}, or {@code user} and {@code password}. */
    Optional<Credential> login() throws InvalidSettingException;

    boolean truth(String key, boolean otherwise) throws InvalidSettingException;

    int integer(String key, int otherwise, int least, int most) throws InvalidSettingException;

    /** A duration that may be zero. */
    Duration duration(String key, Duration otherwise) throws InvalidSettingException;

    Optional<Duration> duration(String key) throws InvalidSettingException;

    /** A duration above zero. */
    Duration wait(String key, Duration otherwise) throws InvalidSettingException;

    long size(String key, long otherwise, long least, long most) throws InvalidSettingException;

    /** An instant (ISO 8601), or a date, which means its last moment in UTC. */
    Optional<Instant> lastMoment(String key) throws InvalidSettingException;

    /** A value whose form only the backend's type knows. */
    <T> T value(String key, T otherwise, Form<T> form) throws InvalidSettingException;

    /** A value whose form only the backend's type knows; none if it is missing or blank. */
    <T> Optional<T> optional(String key, Form<T> form) throws InvalidSettingException;

    /** A list of values whose form only the backend's type knows. */
    <T> List<T> values(String key, Form<T> form) throws InvalidSettingException;

    /** The form of a value. */
    @FunctionalInterface
    interface Form<T> {
        /** @throws InvalidSettingException with a message that continues after the setting's name: "must be …" */
        T parse(String text) throws InvalidSettingException;
    }

    /** HTTP methods, in upper case. */
    Set<String> methods(String key) throws InvalidSettingException;

    /** Names of header fields, in lower case. */
    Set<String> fieldNames(String key) throws InvalidSettingException;

    /** Header fields to add to responses. */
    Fields fields(String key) throws InvalidSettingException;

    /** Header fields to add to requests; hop-by-hop fields are refused. */
    Fields requestFields(String key) throws InvalidSettingException;

    /** The setting {@code allow_private_redirects}. */
    PrivateTargets privateRedirects(PrivateTargets otherwise) throws InvalidSettingException;

    /** The settings {@code max_connections}, {@code max_bandwidth} and {@code passing_stall_timeout}. */
    SourceSettings source() throws InvalidSettingException;

    /** The settings that {@link #source} reads, and {@code mirrors} for content whose digest is known. */
    SourceSettings sourceWithMirrors() throws InvalidSettingException;

    /** The setting {@code cors_origins}. */
    CorsOrigins corsOrigins(CorsOrigins otherwise) throws InvalidSettingException;

    /** A group of settings; empty if it is missing. */
    SettingsReader section(String key) throws InvalidSettingException;

    /**
     * A list of groups; empty if it is missing.
     *
     * @param only the setting that is meant if an item is a single value instead of a group
     */
    List<SettingsReader> sections(String key, String only) throws InvalidSettingException;

    /** The exception for an invalid setting; the reason continues a sentence that begins with the setting's name. */
    InvalidSettingException wrong(String key, String reason);
}
