package io.artifactvault.testhub;

import java.io.IOException;
import java.util.Optional;

/** Finds out what a request asks of the Hub and of which repository, checks that the caller may know, and has it answered. */
final class HubRoutes {
    private final HubWorld world;
    private final HubKnobs knobs;
    private final HubHost host;
    private final HubFiles files;
    private final HubApi api;
    private final HubDoors doors;

    HubRoutes(HubWorld world, HubKnobs knobs, HubFiles files, HubApi api, HubDoors doors) {
        this.doors = doors;
        this.world = world;
        this.knobs = knobs;
        this.host = new HubHost(world);
        this.files = files;
        this.api = api;
    }

    /** Answers at a Hub whose official base is {@code base}. */
    void answer(OriginRequest request, OriginReply reply, String base) throws IOException {
        HubExchange.decorate(request, reply);
        HubExchange anonymous = new HubExchange(request, reply, Caller.ANONYMOUS, knobs, base);
        try {
            Caller caller = world.caller(request);
            route(new HubExchange(request, reply, caller, knobs, base));
        } catch (HubRefusal refusal) {
            anonymous.refuse(refusal.error());
        }
    }

    private void route(HubExchange exchange) throws IOException {
        if (doors.answer(exchange)) {
            return;
        }
        Optional<HubTarget> target = HubTarget.parse(exchange.request().path());
        if (target.isEmpty()) {
            host.answer(exchange);
            return;
        }
        HubTarget named = target.get();
        if (named.id().contains("%")) {
            throw HubError.badRequest("Invalid repository name").refusal();
        }
        Optional<HubRepository> exact = world.exact(named.type(), named.id());
        if (exact.isPresent()) {
            answer(exchange, named, visible(exchange, exact));
        } else {
            redirect(exchange, named, visible(exchange, world.otherwise(named.type(), named.id())));
        }
    }

    private void answer(HubExchange exchange, HubTarget target, HubRepository repository) throws IOException {
        if (repository.isDisabled()) {
            throw HubError.DISABLED.refusal();
        }
        if (target.api()) {
            api.answer(exchange, target, repository);
        } else {
            files.answer(exchange, target, repository);
        }
    }

    /** The true name of a repository, as a relative redirect. */
    private static void redirect(HubExchange exchange, HubTarget target, HubRepository repository) throws IOException {
        String query = exchange.request().query();
        exchange.redirect(307, target.withId(repository.id()) + (query.isEmpty() ? "" : "?" + query));
    }

    private static HubRepository visible(HubExchange exchange, Optional<HubRepository> found) {
        HubError missing = exchange.caller().isAnonymous() ? HubError.MISSING_FOR_ANONYMOUS : HubError.MISSING;
        return found.filter(exchange.caller()::maySee).orElseThrow(missing::refusal);
    }
}
