package io.artifactvault.admin;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.work.WorkReport;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.snapshot.Job;
import io.artifactvault.snapshot.JobRequest;
import io.artifactvault.snapshot.Json;
import io.artifactvault.snapshot.ListQuery;
import io.artifactvault.snapshot.ListRef;
import io.artifactvault.snapshot.Selection;
import io.artifactvault.snapshot.SnapshotDesk;
import io.artifactvault.snapshot.SnapshotQuery;
import io.artifactvault.snapshot.SnapshotRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** The admin API: the table of its routes, and their actions. Runs on admin threads, which may block. */
public final class AdminApi {
    private static final List<String> PLACE = List.of("backend", "type", "repository", "revision");
    private static final List<String> ORDER =
            List.of("backend", "type", "repository", "revision", "include", "exclude", "dry_run", "jobs");
    private static final List<String> ORDER_OF_LIST = List.of("backend", "list", "dry_run", "jobs");
    private static final List<String> PINNED_LIST = List.of("backend", "ecosystem", "list");
    private static final String LIST = "list";
    private static final int USUAL_PARALLEL = 4;

    /** The field with the Hub token of the operator that starts a job; it is not the token of the API itself. */
    private static final String UPSTREAM_CREDENTIAL = "X-Upstream-Authorization";

    private final SnapshotDesk desk;
    private final Diary diary;

    private final Metrics metrics;
    private final Supplier<WorkReport> work;

    /** @param work supplies the work in progress */
    public AdminApi(SnapshotDesk desk, Diary diary, Metrics metrics, Supplier<WorkReport> work) {
        this.work = work;
        this.metrics = metrics;
        this.desk = desk;
        this.diary = diary;
    }

    List<Route> routes() {
        return List.of(
                Route.open("GET", "/metrics", _ -> metrics()),
                new Route("GET", "/admin/why/", this::why),
                new Route("GET", "/admin/work", _ -> work()),
                new Route("POST", "/admin/warm", call -> order(call, JobRequest.Kind.WARM)),
                new Route("POST", "/admin/pin", call -> order(call, JobRequest.Kind.PIN)),
                new Route("POST", "/admin/check", call -> order(call, JobRequest.Kind.CHECK)),
                new Route("POST", "/admin/unpin", this::unpin),
                new Route("GET", "/admin/pins", _ -> pins()),
                new Route("GET", "/admin/jobs", _ -> jobs()),
                new Route("GET", "/admin/jobs/", call -> json(200, job(call).json())),
                new Route("DELETE", "/admin/jobs/", this::cancel));
    }

    private Answer metrics() {
        return text(200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape());
    }

    /** Responds with the permits for fills that are held and requested, by backend and client address. */
    private Answer work() {
        WorkReport now = work.get();
        return json(
                200,
                Json.of(
                        "questions", now.questions(),
                        "questions_refused", now.refused(),
                        "lingering", now.lingering(),
                        "limits", now.limits(),
                        "places", now.places().stream().map(AdminApi::place).toList()));
    }

    private static Map<String, Object> place(WorkReport.Place place) {
        return Json.of(
                "kind", place.kind(),
                "backend", place.backend(),
                "client", place.client(),
                "held", place.held(),
                "waiting", place.waiting());
    }

    private Answer why(Call call) throws AdminException {
        return json(
                200,
                diary.why(call.tail())
                        .orElseThrow(() -> new AdminException(
                                404,
                                "The vault has no record of a request with that id; it remembers the last " + Diary.KEPT
                                        + " responses, by their X-Request-Id.")));
    }

    private Answer order(Call call, JobRequest.Kind kind) throws AdminException {
        Map<String, Object> json = call.list();
        boolean isList = json.containsKey(LIST);
        Call.mustBeKnown(json, isList ? ORDER_OF_LIST : ORDER);
        Optional<ListRef> list = isList ? Optional.of(list(json)) : Optional.empty();
        SnapshotRef ref = list.isPresent() ? list.get().place() : ref(json);
        Selection selection = new Selection(Call.texts(json, "include"), Call.texts(json, "exclude"));
        Optional<Credential> credential =
                call.request().fields().first(UPSTREAM_CREDENTIAL).map(Credential::ofAuthorization);
        if (credential.isPresent() && list.isPresent() && list.get().backends().size() > 1) {
            throw new AdminException(
                    400, UPSTREAM_CREDENTIAL + " would be sent to several upstreams; name one of them as \"backend\".");
        }
        JobRequest request = new JobRequest(
                kind,
                ref.backend(),
                ref.name(),
                selection,
                Call.truth(json, "dry_run"),
                Call.number(json, "jobs", USUAL_PARALLEL, JobRequest.MOST_PARALLEL),
                credential,
                list);
        try {
            return json(202, desk.start(request).json());
        } catch (RejectedExecutionException e) {
            throw new AdminException(503, "Too many jobs are waiting; try again when some have ended.");
        }
    }

    private ListRef list(Map<String, Object> json) throws AdminException {
        Map<String, Object> list = Call.object(json, LIST);
        Call.mustBeKnown(list, List.of("name", "ecosystem", "files", "options"));
        List<ListQuery.File> files = new ArrayList<>();
        for (Map<String, Object> file : Call.objects(list, "files")) {
            Call.mustBeKnown(file, List.of("name", "text"));
            files.add(new ListQuery.File(Call.text(file, "name", ""), Call.text(file, "text", "")));
        }
        if (files.isEmpty()) {
            throw new AdminException(400, "\"files\" must contain the list as an object with \"name\" and \"text\".");
        }
        Map<String, List<String>> options = new LinkedHashMap<>();
        Map<String, Object> given = Call.object(list, "options");
        for (String option : given.keySet()) {
            options.put(option, Call.texts(given, option));
        }
        String name = Call.text(list, "name", files.getFirst().name());
        try {
            return desk.read(new ListQuery(
                    Call.text(json, "backend", ""), Call.text(list, "ecosystem", ""), name, files, options));
        } catch (IllegalArgumentException e) {
            throw new AdminException(400, String.valueOf(e.getMessage()));
        }
    }

    private SnapshotRef ref(Map<String, Object> json) throws AdminException {
        try {
            return desk.find(new SnapshotQuery(
                    Call.text(json, "backend", ""),
                    Call.text(json, "type", ""),
                    Call.text(json, "repository", ""),
                    Call.text(json, "revision", "")));
        } catch (IllegalArgumentException e) {
            throw new AdminException(400, String.valueOf(e.getMessage()));
        }
    }

    private Answer unpin(Call call) throws AdminException {
        Map<String, Object> json = call.json();
        boolean isList = json.containsKey(LIST);
        Call.mustBeKnown(json, isList ? PINNED_LIST : PLACE);
        SnapshotRef ref = isList ? pinOfList(json) : ref(json);
        try {
            int gone = desk.unpin(ref);
            if (gone == 0) {
                throw new AdminException(
                        404, ref.name() + " is not pinned; 'vault pins' and GET /admin/pins list the pins.");
            }
            return json(200, Json.of("unpinned", gone));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private SnapshotRef pinOfList(Map<String, Object> json) throws AdminException {
        try {
            return desk.pinOfList(
                    Call.text(json, "backend", ""), Call.text(json, "ecosystem", ""), Call.text(json, LIST, ""));
        } catch (IllegalArgumentException e) {
            throw new AdminException(400, String.valueOf(e.getMessage()));
        }
    }

    private Answer pins() throws AdminException {
        try {
            return json(200, Json.of("pins", desk.pins()));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static AdminException unreadable(IOException e) {
        return new AdminException(500, "The index could not be read: " + e.getMessage() + ".");
    }

    private Answer jobs() {
        return json(200, Json.of("jobs", desk.jobs().stream().map(Job::json).toList()));
    }

    private Job job(Call call) throws AdminException {
        return desk.job(call.tail())
                .orElseThrow(() -> new AdminException(404, "No job has that id; GET /admin/jobs lists the jobs."));
    }

    private Answer cancel(Call call) throws AdminException {
        Job job = job(call);
        if (!desk.cancel(job)) {
            throw new AdminException(409, "That job has already ended.");
        }
        return json(200, job.json());
    }

    private static Answer json(int status, Map<String, ?> json) {
        return text(status, "application/json; charset=utf-8", Json.text(json) + "\n");
    }

    private static Answer text(int status, String type, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        Fields fields = Fields.of(
                "Content-Type", type, "Content-Length", Integer.toString(body.length), "Cache-Control", "no-store");
        return new Answer(status, fields, new Body.Bytes(body), CacheStatus.local());
    }
}
