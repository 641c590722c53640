package io.artifactvault.backend.oci;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Scan;
import java.util.Locale;
import java.util.Optional;

/**
 * The name of an image as people write it: {@code python:3.12}, {@code ghcr.io/org/app@sha256:…}. Without a host it is
 * one of Docker Hub, without tag and digest it has the tag {@code latest}.
 *
 * @param host in lower case, with a port if it has one
 * @param name as written; the registry may put a namespace before it
 * @param version a tag, or a digest, which takes precedence over a tag
 */
record ImageReference(String host, RepositoryName name, String version) {
    static final String DOCKER_HUB = "docker.io";

    private static final String SCHEME = "oci://";
    private static final String LATEST = "latest";
    private static final int LONGEST = 1024;
    private static final int LONGEST_TAG = 128;

    /** @throws IllegalArgumentException with the rest of a sentence whose subject is the reference */
    static ImageReference parse(String text) {
        String rest = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : text;
        if (rest.length() > LONGEST || !Scan.isMadeOf(rest, c -> c > ' ' && Scan.isPrintable(c))) {
            throw new IllegalArgumentException("is not the name of an image; write one such as python:3.12");
        }
        int at = rest.indexOf('@');
        String named = at < 0 ? rest : rest.substring(0, at);
        int slash = named.indexOf('/');
        boolean hasHost = slash > 0 && isHost(named.substring(0, slash));
        String path = hasHost ? named.substring(slash + 1) : named;
        int colon = path.lastIndexOf(':');
        String tag = colon < 0 ? LATEST : path.substring(colon + 1);
        if (!isTag(tag)) {
            throw new IllegalArgumentException(
                    "has an invalid tag; a tag has at most 128 letters, digits, dots, hyphens and underscores");
        }
        if (at >= 0 && digest(rest.substring(at + 1)).isEmpty()) {
            throw new IllegalArgumentException(
                    "has an invalid digest; a digest is sha256: with 64 lower-case hexadecimal digits");
        }
        return new ImageReference(
                hasHost ? named.substring(0, slash).toLowerCase(Locale.ROOT) : DOCKER_HUB,
                RepositoryName.parse(colon < 0 ? path : path.substring(0, colon))
                        .orElseThrow(() -> new IllegalArgumentException("has an invalid name; the name of a repository"
                                + " consists of lower-case letters, digits and separators, between slashes")),
                at < 0 ? tag : rest.substring(at + 1));
    }

    /** As Docker decides it: a host has a dot or a port, or is this machine. */
    private static boolean isHost(String first) {
        return first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
    }

    static boolean isTag(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_TAG
                && text.charAt(0) != '.'
                && text.charAt(0) != '-'
                && Scan.isMadeOf(text, c -> Scan.isLetter(c) || Scan.isDigit(c) || c == '_' || c == '.' || c == '-');
    }

    /** A digest by which registries name content; git's object ids are none. */
    static Optional<Digest> digest(String text) {
        return Digest.parse(text).filter(RegistryResource::isOfContent);
    }

    @Override
    public String toString() {
        return host + "/" + name + (digest(version).isPresent() ? "@" : ":") + version;
    }
}
