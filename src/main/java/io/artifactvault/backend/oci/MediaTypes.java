package io.artifactvault.backend.oci;

import io.artifactvault.http.AcceptField;
import io.artifactvault.http.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The media types of manifests, and what clients accept of them. */
final class MediaTypes {
    /** Manifests of several platforms. */
    private static final List<String> LISTS = List.of(
            "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json");

    /** Manifests of one platform, and artifacts. */
    private static final List<String> SINGLE = List.of(
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.oci.artifact.manifest.v1+json");

    /** Manifests of the first schema, which clients of today do not accept. */
    private static final List<String> FIRST_SCHEMA = List.of(
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            "application/vnd.docker.distribution.manifest.v1+json");

    private static final String ANY = "*/*";

    private MediaTypes() {}

    /**
     * The groups of types that registries distinguish: for one tag they send another manifest to a client that accepts
     * no list. All clients of one group share the responses.
     */
    enum Group {
        /** Every type: clients that accept a list, or say nothing. */
        ALL(join(List.of(LISTS, SINGLE, FIRST_SCHEMA, List.of(ANY)))),
        /** Clients that accept no list. */
        WITHOUT_LISTS(join(List.of(SINGLE, FIRST_SCHEMA))),
        /** Clients that accept the first schema only. */
        ONLY_FIRST_SCHEMA(String.join(", ", FIRST_SCHEMA));

        private final String accept;

        Group(String accept) {
            this.accept = accept;
        }

        /** The value of Accept for upstream. */
        String accept() {
            return accept;
        }

        /** All lines of Accept count; skopeo sends several. */
        static Group of(Fields request) {
            AcceptField accept = AcceptField.of(request);
            boolean lists = !accept.accepted(LISTS).isEmpty();
            boolean single = !accept.accepted(SINGLE).isEmpty();
            boolean first = !accept.accepted(FIRST_SCHEMA).isEmpty();
            if (lists || (!single && !first)) {
                return ALL;
            }
            return single ? WITHOUT_LISTS : ONLY_FIRST_SCHEMA;
        }
    }

    private static String join(List<List<String>> groups) {
        return String.join(", ", groups.stream().flatMap(List::stream).toList());
    }

    /** The media type of a response, in lower case and without parameters. */
    static String of(Fields response) {
        String field = response.first("Content-Type").orElse("");
        int end = field.indexOf(';');
        return (end < 0 ? field : field.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** Whether a manifest can have it: every type that is written as JSON. */
    static boolean isOfManifest(String type) {
        return type.endsWith("+json") || type.endsWith("+prettyjws") || type.equals("application/json");
    }

    static Optional<String> ofJson(Fields response) {
        return Optional.of(of(response)).filter(MediaTypes::isOfManifest);
    }
}
