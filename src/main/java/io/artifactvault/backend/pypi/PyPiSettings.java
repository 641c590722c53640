package io.artifactvault.backend.pypi;

import io.artifactvault.backend.BackendSettings;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.backend.pypi.dist.Patterns;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.backend.pypi.text.Keys;
import io.artifactvault.http.Credential;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of {@code type: pypi}.
 *
 * @param name unique among backends; part of every cache key
 * @param prefix path under which it is mounted, with a slash at both ends
 * @param hosts host names, in lower case, under which it is mounted exclusively; empty for every name
 * @param index the index that is asked first; its files keep their paths
 * @param extraIndexes the indexes that are asked for projects that the ones before them do not have, in order
 * @param mix whether a project's files are taken from all indexes that have it
 * @param filesHosts further hosts from which files may be fetched: {@code name} or {@code name:port}, in lower case
 * @param internalNames projects that only the first index may be asked for
 * @param allow the only projects that are served; none for all
 * @param deny projects that are not served
 * @param gate which files are available at which time
 * @param metadataTtl how long a project's page may be used without a request to the index
 * @param negativeTtl how long "not found" may be reused
 * @param accessTtl how long the index's permission for one caller remains valid
 * @param maxPageSize the longest index page that is read, in bytes
 * @param maxKnownFiles how many files of pages are kept in memory
 * @param timeout from a request to the head of its response
 * @param privateRedirects the private addresses to which redirects and files' hosts may lead
 * @param source limits towards the index and the files' hosts
 */
record PyPiSettings(
        String name,
        String prefix,
        List<String> hosts,
        Index index,
        List<Index> extraIndexes,
        boolean mix,
        List<String> filesHosts,
        Patterns internalNames,
        Patterns allow,
        Patterns deny,
        AgeGate gate,
        Duration metadataTtl,
        Duration negativeTtl,
        Duration accessTtl,
        long maxPageSize,
        int maxKnownFiles,
        Duration timeout,
        PrivateTargets privateRedirects,
        SourceSettings source)
        implements BackendSettings {

    static final URI PYPI = URI.create("https://pypi.org");

    /** The host of PyPI's files; PyPI itself has none, so that they keep their paths. */
    static final String FILES_OF_PYPI = "files.pythonhosted.org";

    /**
     * One index.
     *
     * @param url without a slash at its end
     * @param simplePath the path of the list of projects below it, with a slash at both ends
     * @param login the vault's own credential for it
     */
    record Index(URI url, String simplePath, Optional<Credential> login) {
        URI page(ProjectName project) {
            return URI.create(url + simplePath + project + "/");
        }

        URI projects() {
            return URI.create(url + simplePath);
        }

        /** Whether a URL has the index's own scheme, host and port. */
        boolean isAt(URI address) {
            return OriginId.of(address).equals(OriginId.of(url));
        }

        boolean isPyPi() {
            return url.equals(PYPI);
        }

        /** Its own host, and that of its files if it has none. */
        List<String> hosts() {
            return isPyPi() ? List.of(url.getHost(), FILES_OF_PYPI) : List.of(url.getHost());
        }
    }

    @Override
    public URI baseUrl() {
        return index.url();
    }

    @Override
    public Map<String, URI> upstreams() {
        Map<String, URI> all = new LinkedHashMap<>();
        all.put("base_url", index.url());
        for (int i = 0; i < extraIndexes.size(); i++) {
            all.put("extra_indexes[" + i + "]", extraIndexes.get(i).url());
        }
        return Map.copyOf(all);
    }

    @Override
    public Optional<String> lentBy() {
        if (index.login().isPresent()) {
            return Optional.of("token, or user and password");
        }
        return extraIndexes.stream().anyMatch(extra -> extra.login().isPresent())
                ? Optional.of("extra_indexes")
                : Optional.empty();
    }

    @Override
    public String endpointVariable() {
        return "PIP_INDEX_URL";
    }

    @Override
    public String endpointPath() {
        return "simple/";
    }

    /** Whether {@code allow} and {@code deny} exclude a project. */
    boolean exclude(ProjectName project) {
        return deny.match(project) || (!allow.isEmpty() && !allow.match(project));
    }

    /** Whether the list of projects contains a project: internal names are told to nobody. */
    boolean lists(ProjectName project) {
        return !exclude(project) && !internalNames.match(project);
    }

    /** Distinguishes the rules of {@link #lists} in keys. */
    String listKey() {
        return Keys.shortDigest(KeyBuilder.key(
                allow.spelled().toString(),
                deny.spelled().toString(),
                internalNames.spelled().toString()));
    }

    /** The indexes that may be asked about all of these projects, in order; at least one. */
    List<Index> indexes(List<ProjectName> projects) {
        List<Index> all = new ArrayList<>(List.of(index));
        if (projects.stream().noneMatch(internalNames::match)) {
            all.addAll(extraIndexes);
        }
        return List.copyOf(all);
    }

    /**
     * The paths of the files of one index. If indexes are mixed, only the first keeps its own, so that each file has an
     * address of its own.
     */
    FilePaths paths(Index of) {
        Index keeping = mix ? index : of;
        List<String> hosts = new ArrayList<>(filesHosts);
        if (mix) {
            extraIndexes.forEach(extra -> hosts.addAll(extra.hosts()));
        }
        return new FilePaths(keeping.url(), keeping.isPyPi() ? FILES_OF_PYPI : "", List.copyOf(hosts));
    }
}
