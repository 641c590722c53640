package io.artifactvault.backend.pypi;

import io.artifactvault.backend.pypi.text.Urls;
import io.artifactvault.http.Scan;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The paths of files below the mount, which end as upstream's do. Files below the index's own URL keep their path; files
 * of each further host lie below a segment with its name, so a path of the index that begins with such a segment is not
 * served. Pure.
 *
 * @param index the URL below which the index lies, without a slash at its end
 * @param shared a further host whose files keep their path as well, because the index itself has none; empty for none
 * @param hosts the further hosts from which files may be fetched, in lower case: {@code name} or {@code name:port}
 */
record FilePaths(URI index, String shared, List<String> hosts) {
    private static final int MOST_DIGITS_OF_A_PORT = 5;
    private static final String PROVENANCE = "/provenance";

    /** The path of a file, without a slash before it, in the one spelling; empty if its host is not permitted. */
    Optional<String> path(String url) {
        return link(url).map(Urls::canonical);
    }

    /** The same in upstream's spelling, so that lock files differ by the prefix only. */
    Optional<String> link(String url) {
        URI file = URI.create(url);
        String authority = authority(file);
        String tail = file.getRawPath() + (file.getRawQuery() == null ? "" : "?" + file.getRawQuery());
        if (isOfIndex(file) && tail.startsWith(index.getRawPath() + "/")) {
            return Optional.of(tail.substring(index.getRawPath().length() + 1)).filter(this::isFree);
        }
        if (authority.equals(shared)) {
            return Optional.of(tail.substring(1)).filter(this::isFree);
        }
        return isPermitted(file) ? Optional.of(authority + tail) : Optional.empty();
    }

    /** Whether a path begins with no segment below which the files of another host lie. */
    private boolean isFree(String path) {
        String first = Urls.canonical(path.substring(0, Math.max(0, path.indexOf('/'))));
        int colon = first.lastIndexOf(':');
        String name = colon > 0 && Scan.isNumber(first.substring(colon + 1), MOST_DIGITS_OF_A_PORT)
                ? first.substring(0, colon)
                : first;
        return first.isEmpty()
                || !(name.equals(index.getHost())
                        || hosts.contains(name)
                        || hosts.contains(first)
                        || hosts.contains(first + ":443"));
    }

    /**
     * The path of a file's provenance, which lies below a segment with the file's name; empty if there is none, or if the
     * index has it at another place, from where it is not served.
     *
     * @param page the URL of the page that lists the file
     */
    Optional<String> provenance(URI page, IndexFile file) {
        return file.provenance()
                .flatMap(url -> Urls.resolve(page, url))
                .filter(url -> isOfIndex(URI.create(url)))
                .flatMap(this::path)
                .filter(path -> provenanceOf(path).filter(file.name()::equals).isPresent());
    }

    /** The name of the file whose provenance lies at that path; empty for all other paths. */
    static Optional<String> provenanceOf(String path) {
        if (!path.endsWith(PROVENANCE)) {
            return Optional.empty();
        }
        return Urls.fileName("http://invalid/" + path.substring(0, path.length() - PROVENANCE.length()));
    }

    /** Whether it has the index's own scheme, host and port. */
    boolean isOfIndex(URI file) {
        return file.getScheme().equals(index.getScheme()) && authority(file).equals(authority(index));
    }

    private boolean isPermitted(URI file) {
        return file.getHost().equals(index.getHost())
                || hosts.contains(file.getHost())
                || hosts.contains(file.getHost() + ":" + port(file));
    }

    /** Host and port; the usual port of https is left out. */
    private static String authority(URI url) {
        int port = port(url);
        return port == 443 && url.getScheme().equals("https") ? url.getHost() : url.getHost() + ":" + port;
    }

    private static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
    }
}
