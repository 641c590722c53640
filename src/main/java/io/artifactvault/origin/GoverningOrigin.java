package io.artifactvault.origin;

import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Spends an origin's rate limits on what matters. Learns from each answer how much is left of which limit, apart for each
 * origin and credential; the origin's own names tell limits apart, and which one a request spends is learnt by the budget that
 * its backend names. When little is left, only what a client waits for goes out; after a 429 nothing does, until the
 * time that the origin gave is over. Called on fill threads; thread-safe.
 */
final class GoverningOrigin implements Origin {
    private static final int MOST_ACCOUNTS = 1000;

    private final Origin inner;
    private final int reserve;
    private final Pacing pacing;
    private final Map<Account, Limits> accounts = new Accounts(); // guarded by itself

    /** Whose limit: the credential by its hash alone, so that none is kept. */
    private record Account(OriginId origin, int credential) {
        static Account of(OriginRequest request) {
            int credential = request.credential().map(Object::hashCode).orElse(0);
            return new Account(OriginId.of(request.uri()), credential);
        }
    }

    /** The limits of one account: by the origin's name, and by the backend's. Guarded by this. */
    private static final class Limits {
        private final Map<String, RateBudget> byName = new LinkedHashMap<>();
        private final Map<String, RateBudget> byBudget = new LinkedHashMap<>();

        synchronized Optional<RateBudget> of(String budget) {
            return Optional.ofNullable(byBudget.get(budget));
        }

        /** An answer without a name speaks of the limit that this budget is known to spend. */
        synchronized RateBudget learn(String budget, Optional<RateReport> report) {
            RateBudget known = byBudget.computeIfAbsent(budget, _ -> new RateBudget());
            String name = report.map(RateReport::name).orElse("");
            RateBudget named = name.isEmpty() || byName.size() > 100 ? known : byName.computeIfAbsent(name, _ -> known);
            byBudget.put(budget, named);
            return named;
        }
    }

    /** Those used last. */
    private static final class Accounts extends LinkedHashMap<Account, Limits> {
        private static final long serialVersionUID = 1L;

        Accounts() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Account, Limits> eldest) {
            return size() > MOST_ACCOUNTS;
        }
    }

    /** @param reserve percent of a limit that is kept for what is urgent */
    GoverningOrigin(Origin inner, int reserve, Pacing pacing) {
        this.inner = inner;
        this.reserve = reserve;
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
        OriginResponse response = inner.send(request);
        learn(account, request, response);
        return response;
    }

    private void refuseIfSpent(RateBudget budget, OriginRequest request) throws OriginException {
        Duration now = pacing.now();
        String subject = OriginId.of(request.uri()).authority();
        Optional<Duration> spent = budget.spent(now);
        if (spent.isPresent()) {
            throw OriginException.notAsked(
                    OriginFailure.RATE_LIMITED, subject, "it answered 429", spent.get(), budget.fields());
        }
        Optional<Duration> shortage = request.purpose().urgent() ? Optional.empty() : budget.isShort(reserve, now);
        if (shortage.isPresent()) {
            throw OriginException.notAsked(
                    OriginFailure.RATE_SHORT,
                    subject,
                    "no more than " + reserve + " % of the window",
                    shortage.get(),
                    Fields.EMPTY);
        }
    }

    private void learn(Account account, OriginRequest request, OriginResponse response) {
        Optional<RateReport> report = RateReport.of(response.fields());
        if (report.isPresent() || response.status() == 429) {
            limits(account).learn(request.purpose().budget(), report).learn(response, report, pacing.now());
        }
    }

    private Optional<Limits> known(Account account) {
        synchronized (accounts) {
            return Optional.ofNullable(accounts.get(account));
        }
    }

    private Limits limits(Account account) {
        synchronized (accounts) {
            return accounts.computeIfAbsent(account, _ -> new Limits());
        }
    }

    @Override
    public void close() {
        inner.close();
    }
}
