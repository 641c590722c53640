package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.huggingface.route.Revision;
import io.artifactvault.backend.huggingface.snapshots.HubEtag;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Scan;
import io.artifactvault.http.Target;
import io.artifactvault.http.conditional.EntityTag;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Interprets the Hub's responses to {@code resolve} and {@code raw} (protocol reference, part 2 §2).
 *
 * <p>Only responses of the Hub itself may name content or commits; a CDN only delivers bytes. A file is identified by
 * X-Linked-Etag, or, without that field, by the ETag of the Hub's own 200. Its length is X-Linked-Size or, without that
 * field, the Content-Length of a 200 without Content-Encoding; never the Content-Length of a redirect. A response
 * without X-Repo-Commit is not the Hub's.
 */
final class FileJudge {
    private final OwnHops hops;
    private final String path;
    private final String revision;

    FileJudge(OwnHops hops, String path, String revision) {
        this.hops = hops;
        this.path = path;
        this.revision = revision;
    }

    Verdict judge(List<UpstreamAnswer> chain) {
        UpstreamAnswer last = chain.getLast();
        List<UpstreamAnswer> own = hops.own(chain);
        Optional<String> commit = find(own, "X-Repo-Commit").filter(Revision::isCommit);
        Optional<Digest> linked = find(own, "X-Linked-Etag").flatMap(FileJudge::digest);
        if (last.isRedirect()) {
            return commit.isPresent() && linked.isPresent()
                    ? new Verdict.Content(facts(chain, commit.get(), linked), false)
                    : new Verdict.Follow();
        }
        if (last.status() != 200) {
            return hops.isOwn(chain)
                    ? HubErrors.judge(last)
                    : new Verdict.Unexpected("the content's host responded " + last.status());
        }
        if (commit.isEmpty()) {
            return new Verdict.Unexpected("without X-Repo-Commit it is not a response of the Hub");
        }
        Optional<Digest> identity = linked.isPresent() ? linked : ownEtag(chain);
        return new Verdict.Content(facts(chain, commit.get(), identity), true);
    }

    private Facts facts(List<UpstreamAnswer> chain, String commit, Optional<Digest> identity) {
        List<UpstreamAnswer> own = hops.own(chain);
        OptionalLong length = length(chain, own);
        Fields.Builder fields = Fields.builder()
                .add("Content-Type", contentType(chain, identity))
                .add("Content-Disposition", disposition(own))
                .add("X-Repo-Commit", commit)
                .addAll(HubFields.FILE_CONSTANTS);
        identity.map(Digest::hex)
                .map(EntityTag::strong)
                .map(EntityTag::toString)
                .ifPresent(tag -> {
                    fields.add("ETag", tag);
                    fields.add("X-Linked-Etag", tag);
                });
        if (identity.isEmpty() && hops.isOwn(chain)) {
            // This ETag cannot be verified, but clients refuse a file without one.
            chain.getLast().fields().first("ETag").ifPresent(tag -> fields.add("ETag", tag));
        }
        find(own, "X-HF-Warning").ifPresent(warning -> fields.add("X-HF-Warning", warning));
        length.ifPresent(bytes -> fields.add("X-Linked-Size", Long.toString(bytes)));
        Optional<String> pointsTo = Revision.isCommit(revision) ? Optional.empty() : Optional.of(commit);
        return new Facts(fields.build(), length, identity, pointsTo);
    }

    private Optional<Digest> ownEtag(List<UpstreamAnswer> chain) {
        return hops.isOwn(chain) ? chain.getLast().fields().first("ETag").flatMap(FileJudge::digest) : Optional.empty();
    }

    /**
     * The value from the last response that has the field: a redirect from an alias precedes the response for the file.
     */
    private static Optional<String> find(List<UpstreamAnswer> own, String name) {
        return own.reversed().stream()
                .flatMap(answer -> answer.fields().first(name).stream())
                .findFirst();
    }

    private static Optional<Digest> digest(String etag) {
        return EntityTag.parse(etag).map(EntityTag::opaque).flatMap(HubEtag::digest);
    }

    private static OptionalLong length(List<UpstreamAnswer> chain, List<UpstreamAnswer> own) {
        UpstreamAnswer last = chain.getLast();
        Optional<String> size = find(own, "X-Linked-Size");
        if (size.isEmpty() && last.status() == 200 && !last.fields().has("Content-Encoding")) {
            size = last.fields().first("Content-Length");
        }
        return size.filter(text -> Scan.isNumber(text, 18)).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    /**
     * The Content-Type of the file. A redirect's Content-Type describes the redirect's own text, so the type is then
     * derived from the kind of file.
     */
    private static String contentType(List<UpstreamAnswer> chain, Optional<Digest> identity) {
        UpstreamAnswer last = chain.getLast();
        boolean regular = identity.stream().anyMatch(d -> d.algorithm() == Digest.Algorithm.GIT_BLOB_SHA1);
        String usual = regular ? "text/plain; charset=utf-8" : "application/octet-stream";
        return last.isRedirect() ? usual : last.fields().first("Content-Type").orElse(usual);
    }

    private static String encoded(String rawName) {
        try {
            return Target.encodeSegment(Target.decode(rawName));
        } catch (BadTargetException e) {
            return Target.encodeSegment(rawName);
        }
    }

    private String disposition(List<UpstreamAnswer> own) {
        return find(own, "Content-Disposition").orElseGet(() -> {
            String name = path.substring(path.lastIndexOf('/') + 1);
            return "inline; filename*=UTF-8''" + encoded(name) + ";";
        });
    }
}
