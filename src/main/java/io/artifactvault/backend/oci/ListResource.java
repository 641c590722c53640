package io.artifactvault.backend.oci;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.CommaList;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Scan;
import io.artifactvault.http.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** One page of the tags of a repository, or of the manifests that refer to one of its manifests. */
final class ListResource extends RegistryResource {
    private static final String FILTERS_APPLIED = "OCI-Filters-Applied";
    private static final String ARTIFACT_TYPE = "artifactType";
    private static final int MOST_TAGS = 1_000;
    private static final int MOST_DIGITS = 9;
    private static final int LONGEST_VALUE = 512;
    private static final Set<Integer> NO_REFERRERS = Set.of(400, 405, 406, 501);

    /** The parameters of the specification, and those by which registries continue a list. */
    private static final List<String> PARAMETERS =
            List.of("n", "last", ARTIFACT_TYPE, "next", "next_page", "page", "token", "continue");

    private final String below;
    private final String query;
    private final String missing;
    private final Optional<String> artifactType;
    private final Optional<String> version;

    /** @param version the digest of its content; empty for the newest one */
    private ListResource(
            Pull pull,
            String below,
            String missing,
            String query,
            Optional<String> artifactType,
            Optional<String> version) {
        super(pull);
        this.version = version;
        this.below = below;
        this.query = query;
        this.missing = missing;
        this.artifactType = artifactType;
    }

    static ListResource ofTags(Pull pull) {
        return new ListResource(
                pull,
                "/tags/list",
                "tags of " + pull.repository(),
                query(pull.request().target()),
                Optional.empty(),
                Optional.empty());
    }

    static ListResource ofReferrers(Pull pull, Digest digest) {
        Target target = pull.request().target();
        return new ListResource(
                pull,
                "/referrers/" + digest,
                "list of referrers of " + pull.repository() + "@" + digest,
                query(target),
                target.queryParameter(ARTIFACT_TYPE).filter(type -> !type.isEmpty()),
                Optional.empty());
    }

    /** The known parameters in one order and spelling: the same question has one key, and is sent as that. */
    private static String query(Target target) {
        List<String> pairs = new ArrayList<>();
        for (String name : PARAMETERS) {
            target.queryParameter(name)
                    .filter(value -> !value.isEmpty() && value.length() <= LONGEST_VALUE)
                    .flatMap(value -> name.equals("n") ? clamped(value) : Optional.of(value))
                    .ifPresent(value -> pairs.add(name + "=" + Target.encodeParameter(value)));
        }
        return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    /** Registries differ in the longest page that they accept. */
    private static Optional<String> clamped(String value) {
        if (!Scan.isMadeOf(value, Scan::isDigit)) {
            return Optional.empty();
        }
        int number = value.length() > MOST_DIGITS ? MOST_TAGS : Integer.parseInt(value);
        return Optional.of(Integer.toString(Math.min(number, MOST_TAGS)));
    }

    @Override
    public String title() {
        return "the " + missing;
    }

    @Override
    String missing() {
        return missing;
    }

    @Override
    String unknownCode() {
        return isOfReferrers() ? OciErrors.MANIFEST_UNKNOWN : OciErrors.NAME_UNKNOWN;
    }

    /** Of registries without an interface for referrers, some respond so; clients look for the tag only after 404. */
    @Override
    boolean saysAbsent(int status) {
        return super.saysAbsent(status) || (isOfReferrers() && NO_REFERRERS.contains(status));
    }

    private boolean isOfReferrers() {
        return below.startsWith("/referrers");
    }

    @Override
    public String key() {
        String audience = credential().isPresent() ? "login" : "anonymous";
        return key("list", below, query, version.orElse(audience));
    }

    @Override
    public Optional<Name> name() {
        return version.isPresent() ? Optional.empty() : Optional.of(new Name(key(), settings.metadataTtl()));
    }

    @Override
    public ListResource at(String digest) {
        return new ListResource(pull, below, missing, query, artifactType, Optional.of(digest));
    }

    @Override
    public Optional<String> pointsTo(Fields stored) {
        return stored.first(ListEdit.DIGEST);
    }

    @Override
    public Lifetime lifetime() {
        return version.isPresent() ? Lifetime.FOREVER : Lifetime.byRule(settings.metadataTtl());
    }

    /** Registries may list other tags for other callers: access to one version says nothing about another. */
    @Override
    public Optional<AccessScope> scope() {
        return Optional.of(access(version.orElseGet(this::key), version.isPresent()));
    }

    @Override
    public boolean answersHead() {
        return false;
    }

    @Override
    public Upstream upstream() {
        return at(
                "lists",
                below + query,
                Fields.of("Accept", "application/vnd.oci.image.index.v1+json, application/json"));
    }

    @Override
    Verdict content(UpstreamAnswer last, Fields kept) {
        if (MediaTypes.ofJson(last.fields()).isPresent()) {
            return new Verdict.Content(facts(kept, OptionalLong.empty(), Optional.empty()), true);
        }
        // Some registries without referrers send the web page of their front end.
        return isOfReferrers()
                ? new Verdict.Final(Verdict.Kind.ABSENT, absent(), Optional.empty())
                : new Verdict.Unexpected("content of a media type that no list of a registry has");
    }

    /** Applied here where the registry does not apply it. */
    @Override
    public Optional<BodyEdit> edit(Fields received) {
        boolean applied = received.joined(FILTERS_APPLIED)
                .filter(filters -> filters.contains(ARTIFACT_TYPE))
                .isPresent();
        return Optional.of(new ListEdit(artifactType.filter(_ -> !applied)));
    }

    @Override
    public Fields present(Fields stored, Request request) {
        Fields.Builder fields = Fields.builder();
        stored.forEach((name, value) -> {
            if (!name.equalsIgnoreCase("Link") && !name.equalsIgnoreCase(ListEdit.DIGEST)) {
                fields.add(name, value);
            }
        });
        if (artifactType.isPresent() && !stored.has(FILTERS_APPLIED)) {
            fields.add(FILTERS_APPLIED, ARTIFACT_TYPE);
        }
        next(stored).ifPresent(link -> fields.add("Link", link));
        return fields.build();
    }

    /**
     * The registry's link to the next page, below the name by which this client calls the repository. Without one that
     * leads back to this page, which clients would follow for ever: the registry continues its lists by a parameter
     * that the vault does not know.
     */
    private Optional<String> next(Fields stored) {
        return stored.all("Link").stream()
                .flatMap(line -> CommaList.members(line).stream())
                .filter(ListResource::isNext)
                .findFirst()
                .flatMap(ListResource::queryOf)
                .filter(next -> !next.equals(query))
                .map(next -> "<" + pull.path() + below + next + named(next) + ">; rel=\"next\"");
    }

    /** The query parameter that named the registry: it must name the registry of the next page, too. */
    private String named(String next) {
        return pull.request()
                .target()
                .queryParameter("ns")
                .map(host -> (next.isEmpty() ? "?ns=" : "&ns=") + Target.encodeParameter(host))
                .orElse("");
    }

    /** RFC 8288 §3, for links with one relation. */
    private static boolean isNext(String link) {
        int end = link.indexOf('>');
        return link.startsWith("<")
                && end > 0
                && List.of(link.substring(end + 1).split(";", -1)).stream()
                        .map(parameter -> parameter.replace("\"", "").strip())
                        .anyMatch("rel=next"::equalsIgnoreCase);
    }

    private static Optional<String> queryOf(String link) {
        int mark = link.indexOf('?');
        int end = link.indexOf('>');
        if (mark < 0 || mark > end) {
            return Optional.empty();
        }
        try {
            return Optional.of(query(Target.parse("/?" + link.substring(mark + 1, end))));
        } catch (BadTargetException e) {
            return Optional.empty();
        }
    }
}
