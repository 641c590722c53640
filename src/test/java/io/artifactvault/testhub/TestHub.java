package io.artifactvault.testhub;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A Hub for tests: three origins on three loopback addresses (Hub, CDN, Xet CAS), which answer as the real ones do, misbehave
 * on demand and count. All methods are safe for any thread. It keeps its ports over {@link #stop} and {@link #start}.
 */
public final class TestHub implements AutoCloseable {
    private final HubWorld world = new HubWorld();
    private final HubKnobs knobs = new HubKnobs();
    private final FaultPlan faults = new FaultPlan();
    private final SignedUrls signatures = new SignedUrls(knobs);
    private final HubUploads uploads = new HubUploads();
    private final Cdn delivery = new Cdn(signatures);
    private final ScriptedOrigin cas;
    private final ScriptedOrigin cdn;
    private final ScriptedOrigin hub;
    private final HubRoutes routes;
    private volatile Optional<OriginHandler> control = Optional.empty();

    private TestHub(int hubPort, int cdnPort) {
        cas = ScriptedOrigin.open(
                "cas", "127.0.0.3", 0, (_, reply) -> reply.status(500).answer("Nobody should come here"));
        cdn = ScriptedOrigin.open("cdn", "127.0.0.2", cdnPort, this::answerCdn);
        routes = new HubRoutes(
                world,
                knobs,
                new HubFiles(signatures, cdn.base(), cas.base()),
                new HubApi(cas.base(), uploads),
                new HubDoors(world, signatures, cdn.base()));
        hub = ScriptedOrigin.open("hub", "127.0.0.1", hubPort, this::answerHub);
    }

    /** An empty Hub on free ports. */
    public static TestHub empty() {
        return empty(0, 0);
    }

    /** An empty Hub on given ports; 0 is any. */
    public static TestHub empty(int hubPort, int cdnPort) {
        return new TestHub(hubPort, cdnPort);
    }

    /** A Hub with the standard set of repositories and users. */
    public static TestHub standard() {
        return standard(0, 0);
    }

    public static TestHub standard(int hubPort, int cdnPort) {
        TestHub hub = empty(hubPort, cdnPort);
        StandardSet.fill(hub);
        return hub;
    }

    /** The repository of that name, new if there was none. */
    public HubRepository repo(String type, String id) {
        return world.repository(type, id);
    }

    /** Another name for a repository: a legacy id of one segment, or its name before it moved. */
    public TestHub alias(String name, HubRepository repository) {
        world.alias(repository, name);
        return this;
    }

    /** Deletes a repository. */
    public void delete(HubRepository repository) {
        world.remove(repository);
    }

    /** The user with that token, new if there was none. */
    public HubUser user(String name, String token) {
        return world.user(name, token);
    }

    /** All repositories, by type and name. */
    public List<HubRepository> repositories() {
        return world.all();
    }

    /** How this Hub behaves. */
    public HubKnobs knobs() {
        return knobs;
    }

    /** Lets a fault strike all requests that fit, at Hub or CDN. */
    public void fail(Predicate<OriginRequest> fits, Fault fault) {
        fail(fits, fault, Integer.MAX_VALUE);
    }

    /** Lets a fault strike the first {@code times} requests that fit. */
    public void fail(Predicate<OriginRequest> fits, Fault fault, int times) {
        faults.add(fits, fault, times);
    }

    public void failOnce(Predicate<OriginRequest> fits, Fault fault) {
        fail(fits, fault, 1);
    }

    /** A gate at which answers to requests that fit wait after {@code afterBytes} of their body; HEAD never comes there. */
    public Gate gate(Predicate<OriginRequest> fits, long afterBytes) {
        Gate gate = new Gate();
        fail(fits, Fault.stallAfter(afterBytes, gate));
        return gate;
    }

    /** A gate at which requests that fit wait before they are answered. */
    public Gate gateBeforeHead(Predicate<OriginRequest> fits) {
        Gate gate = new Gate();
        fail(fits, Fault.stallBeforeHead(gate));
        return gate;
    }

    /** Ends all faults and gates to come. */
    public void heal() {
        faults.clear();
    }

    /** Makes all CDN addresses given out so far invalid. */
    public void expireSignedUrls() {
        signatures.expireAll();
    }

    /** The Hub and its CDN go down: connections end, new ones are refused. */
    public void stop() {
        hub.stop();
        cdn.stop();
    }

    /** The Hub and its CDN come back, on the same ports. */
    public void start() {
        cdn.start();
        hub.start();
    }

    @Override
    public void close() {
        stop();
        cas.stop();
    }

    /** The address of the Hub without a path. */
    public String base() {
        return hub.base();
    }

    /** The raw path of a file's resolve route. */
    public static String resolve(HubRepository repository, String revision, String path) {
        String prefix = repository.type().equals("models") ? "/" : "/" + repository.type() + "/";
        return prefix + repository.id() + "/resolve/" + Percent.encode(revision) + "/" + Percent.encodePath(path);
    }

    public ScriptedOrigin hub() {
        return hub;
    }

    public ScriptedOrigin cdn() {
        return cdn;
    }

    /** The Xet storage; its address is given out, but nobody should come. */
    public ScriptedOrigin cas() {
        return cas;
    }

    /** Requests at the Hub and the CDN. */
    public List<OriginRequest> requests() {
        return Stream.of(hub, cdn).flatMap(o -> o.requests().stream()).toList();
    }

    public List<OriginRequest> requests(Predicate<OriginRequest> fits) {
        return requests().stream().filter(fits).toList();
    }

    /** Bytes of file content that Hub and CDN sent; JSON, errors and texts of redirects do not count. */
    public long originBodyBytes() {
        return hub.contentBytesSent() + cdn.contentBytesSent();
    }

    /** What went wrong in the Hub itself; a good test finds it empty. */
    public List<String> failures() {
        return Stream.of(hub, cdn, cas).flatMap(o -> o.failures().stream()).toList();
    }

    /** Forgets all recorded requests. */
    public void reset() {
        Stream.of(hub, cdn, cas).forEach(ScriptedOrigin::reset);
    }

    /** Serves {@code /_control/} on the Hub's listener. */
    void control(OriginHandler handler) {
        control = Optional.of(handler);
    }

    private void answerHub(OriginRequest request, OriginReply reply) throws IOException {
        Optional<OriginHandler> controls = control;
        if (controls.isPresent() && request.path().startsWith("/_control/")) {
            controls.get().handle(request, reply);
        } else if (!faults.strike(request, reply)) {
            routes.answer(request, reply, officialBase());
        }
    }

    private void answerCdn(OriginRequest request, OriginReply reply) throws IOException {
        if (!faults.strike(request, reply) && !uploads.take(request, reply)) {
            delivery.answer(request, reply);
        }
    }

    private String officialBase() {
        return knobs.officialBase.isEmpty() ? hub.base() : knobs.officialBase;
    }
}
