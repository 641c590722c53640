package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.backend.huggingface.route.Revision;
import io.artifactvault.http.Fields;
import java.util.Optional;

/** Interprets the Hub's error responses (protocol reference §1.3): the status and X-Error-Code identify the error. */
final class HubErrors {
    private static final String BAD_TOKEN = "Invalid credentials in Authorization header";

    /** The text by which clients recognise a disabled repository, since the Hub gives no code for it. */
    private static final String DISABLED = "Access to this resource is disabled.";

    private HubErrors() {}

    static Verdict judge(UpstreamAnswer answer) {
        Fields fields = errorFields(answer);
        String code = fields.first("X-Error-Code").orElse("");
        return switch (code) {
            case "EntryNotFound" -> absentEntry(answer, fields);
            case "RevisionNotFound" -> end(Verdict.Kind.ABSENT, fields);
            case "RepoNotFound", "GatedRepo" -> end(Verdict.Kind.DENIED, fields);
            default -> byStatus(answer, fields);
        };
    }

    /** The verdict on an error if the request named the commit: a file that is missing at a commit never appears. */
    static Verdict judgeAtCommit(UpstreamAnswer answer) {
        Fields fields = errorFields(answer);
        boolean absent = answer.status() == 404
                && fields.first("X-Error-Code").filter("EntryNotFound"::equals).isPresent();
        return absent ? new Verdict.Final(Verdict.Kind.ABSENT_AT_REVISION, fields, Optional.empty()) : judge(answer);
    }

    /**
     * The verdict on an error if the request named no commit: a missing file may appear after a push, regardless of the
     * commit in the response.
     */
    static Verdict judgeNow(UpstreamAnswer answer) {
        Verdict verdict = judge(answer);
        return verdict instanceof Verdict.Final(Verdict.Kind kind, Fields fields, Optional<String> _)
                        && kind == Verdict.Kind.ABSENT_AT_REVISION
                ? end(Verdict.Kind.ABSENT, fields)
                : verdict;
    }

    private static Fields errorFields(UpstreamAnswer answer) {
        return answer.fields().only(HubFields.ERROR).toBuilder()
                .addAll(HubFields.READABLE)
                .build();
    }

    private static Verdict absentEntry(UpstreamAnswer answer, Fields fields) {
        Optional<String> commit = answer.fields().first("X-Repo-Commit").filter(Revision::isCommit);
        return answer.status() == 404 && commit.isPresent()
                ? new Verdict.Final(Verdict.Kind.ABSENT_AT_REVISION, fields, commit)
                : end(Verdict.Kind.ABSENT, fields);
    }

    private static Verdict byStatus(UpstreamAnswer answer, Fields fields) {
        int status = answer.status();
        if (status == 429 || status >= 500) {
            return end(Verdict.Kind.UNAVAILABLE, fields);
        }
        if (status == 401) {
            return saysBadToken(fields)
                    ? end(Verdict.Kind.UNAUTHENTICATED, fields)
                    : end(Verdict.Kind.DENIED, coded(fields));
        }
        if (status == 403) {
            return end(saysWhy(fields) ? Verdict.Kind.DENIED : Verdict.Kind.OTHER, fields);
        }
        boolean json = fields.first("Content-Type").orElse("").contains("json");
        return status == 404 && !json
                ? new Verdict.Unexpected("a 404 without the Hub's error code")
                : end(Verdict.Kind.OTHER, fields);
    }

    /**
     * Whether the Hub itself states the reason for a refusal; a filter on the way, which may block a single request,
     * does not.
     */
    private static boolean saysWhy(Fields fields) {
        return fields.first("X-Error-Code").filter(code -> !code.isBlank()).isPresent()
                || fields.first("X-Error-Message").filter(DISABLED::equals).isPresent();
    }

    /**
     * Adds X-Error-Code: clients over plain HTTP distinguish a missing repository from other errors by this field
     * alone.
     */
    static Fields coded(Fields fields) {
        boolean coded = fields.first("X-Error-Code").filter(c -> !c.isBlank()).isPresent();
        return coded || saysBadToken(fields) ? fields : fields.with("X-Error-Code", "RepoNotFound");
    }

    private static boolean saysBadToken(Fields fields) {
        return fields.first("X-Error-Message").filter(BAD_TOKEN::equals).isPresent();
    }

    private static Verdict end(Verdict.Kind kind, Fields fields) {
        return new Verdict.Final(kind, fields, Optional.empty());
    }
}
