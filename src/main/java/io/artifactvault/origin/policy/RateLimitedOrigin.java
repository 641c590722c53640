package io.artifactvault.origin.policy;

import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RateSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reserves an origin's rate limits for requests that a client waits for. Each response shows how much of a limit
 * remains, separately for each origin and credential. Limits are distinguished by the origin's names for them; which
 * limit a request counts against is learned for each budget name of the backend. When a limit is nearly spent, only
 * requests that a client waits for are sent; after a 429 none are, until the time that the origin gave is over.
 *
 * <p>If several services may share the origin, a 429 stops only the requests for its own path with the same cookies,
 * and for {@link RateSettings#maxPause} at most: one client can provoke the 429, and it must not affect other clients.
 * Called on the threads of tasks and fills; thread-safe.
 */
final class RateLimitedOrigin implements Origin {
    private static final int MOST_ACCOUNTS = 1000;

    private final Origin inner;
    private final RateSettings settings;
    private final Pacing pacing;
    private final LongAdder refused = new LongAdder();
    private final Map<Account, RateLimits> accounts = new MostRecent<>(); // guarded by itself
    private final Map<PathAccount, RateBudget> paths = new MostRecent<>(); // guarded by itself

    /** The holder of a limit, with only a hash of the credential, so that no credential is kept. */
    private record Account(OriginId origin, int credential) {
        static Account of(OriginRequest request) {
            int own = request.credential().map(Object::hashCode).orElse(0);
            return new Account(
                    OriginId.of(request.uri()), request.purpose().holder().orElse(own));
        }
    }

    /** The holder of a path's limit, with only a hash of the cookies. */
    private record PathAccount(Account account, String path, int cookies) {
        static PathAccount of(OriginRequest request) {
            String path = String.valueOf(request.uri().getRawPath());
            int cookies = request.fields().all("Cookie").hashCode();
            return new PathAccount(Account.of(request), path, cookies);
        }
    }

    /** The limits that were used most recently. */
    private static final class MostRecent<A, L> extends LinkedHashMap<A, L> {
        private static final long serialVersionUID = 1L;

        MostRecent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<A, L> eldest) {
            return size() > MOST_ACCOUNTS;
        }
    }

    RateLimitedOrigin(Origin inner, RateSettings settings, Pacing pacing) {
        this.inner = inner;
        this.settings = settings;
        this.pacing = pacing;
    }

    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        Account account = Account.of(request);
        Optional<RateBudget> budget =
                known(account).flatMap(limits -> limits.of(request.purpose().budget()));
        if (budget.isPresent()) {
            refuseIfSpent(budget.get(), request);
        }
        Optional<RateBudget> ofPath =
                request.purpose().oneService() ? Optional.empty() : known(PathAccount.of(request));
        if (ofPath.isPresent()) {
            refuseIfSpent(ofPath.get(), request);
        }
        OriginResponse response = inner.send(request);
        learn(account, request, response);
        return response;
    }

    private void refuseIfSpent(RateBudget budget, OriginRequest request) throws OriginException {
        Duration now = pacing.now();
        String subject = OriginId.of(request.uri()).authority();
        Optional<Duration> spent = budget.spent(now);
        if (spent.isPresent()) {
            refused.increment();
            throw OriginException.notAsked(
                    OriginFailure.RATE_LIMITED, subject, "it responded 429", spent.get(), budget.fields());
        }
        Optional<Duration> shortage =
                request.purpose().urgent() ? Optional.empty() : budget.isShort(settings.reserve(), now);
        if (shortage.isPresent()) {
            throw OriginException.notAsked(
                    OriginFailure.RATE_SHORT,
                    subject,
                    "at most " + settings.reserve() + " % of the window",
                    shortage.get(),
                    Fields.EMPTY);
        }
    }

    private void learn(Account account, OriginRequest request, OriginResponse response) {
        Optional<RateReport> report = RateReport.of(response.fields());
        boolean refused = response.status() == 429;
        boolean oneService = request.purpose().oneService();
        if (report.isPresent() || (refused && oneService)) {
            RateBudget budget = limits(account).learn(request.purpose().budget(), report);
            budget.learn(report, pacing.now());
            if (refused && oneService) {
                budget.refused(response, report, pacing.now());
            }
        }
        if (refused && !oneService) {
            RateBudget ofPath = limits(PathAccount.of(request));
            ofPath.refused(response, report, pacing.now());
            ofPath.shorten(settings.maxPause(), pacing.now());
        }
    }

    private Optional<RateBudget> known(PathAccount account) {
        synchronized (paths) {
            return Optional.ofNullable(paths.get(account));
        }
    }

    private RateBudget limits(PathAccount account) {
        synchronized (paths) {
            return paths.computeIfAbsent(account, _ -> new RateBudget());
        }
    }

    private Optional<RateLimits> known(Account account) {
        synchronized (accounts) {
            return Optional.ofNullable(accounts.get(account));
        }
    }

    private RateLimits limits(Account account) {
        synchronized (accounts) {
            return accounts.computeIfAbsent(account, _ -> new RateLimits());
        }
    }

    /** Requests since startup that were not sent because of a 429. */
    long refused() {
        return refused.sum();
    }

    /** What remains of every limit; if a limit applies to several credentials, the lowest value. */
    List<RateReading> rates() {
        Map<Account, RateLimits> known;
        synchronized (accounts) {
            known = Map.copyOf(accounts);
        }
        Duration now = pacing.now();
        Map<List<Object>, RateReading> least = new HashMap<>();
        known.forEach((account, limits) -> limits.readings(account.origin(), now)
                .forEach(one -> least.merge(List.of(one.origin(), one.limit()), one, RateReading::least)));
        return List.copyOf(least.values());
    }

    @Override
    public void close() {
        inner.close();
    }
}
