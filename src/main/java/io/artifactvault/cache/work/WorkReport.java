package io.artifactvault.cache.work;

import io.artifactvault.origin.policy.FairPermits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The work in progress at one moment.
 *
 * @param questions requests to upstream that clients wait for
 * @param refused requests that exceeded a limit, since startup
 * @param lingering fills that continue without a reader
 * @param deserted fills since startup that were ended because no reader returned
 * @param limits the number of places of each kind
 * @param places the clients that hold or wait for places, those with the most places first
 */
public record WorkReport(
        int questions, long refused, int lingering, long deserted, Map<String, Integer> limits, List<Place> places) {
    /** The places of one client address at one backend; the vault's own address is {@code -}. */
    public record Place(String kind, String backend, String client, int held, int waiting) {}

    public WorkReport {
        limits = Map.copyOf(limits);
        places = List.copyOf(places);
    }

    public static WorkReport of(Fetches fills) {
        Map<String, Integer> limits = new TreeMap<>();
        List<Place> places = new ArrayList<>();
        for (FillPlaces.Kind kind : FillPlaces.Kind.values()) {
            FairPermits permits = fills.places().permits(kind);
            String name = kind.name().toLowerCase(Locale.ROOT);
            limits.put(name, permits.limits().permits());
            permits.uses()
                    .forEach((holder, use) ->
                            places.add(new Place(name, holder.backend(), holder.client(), use.held(), use.waiting())));
        }
        places.sort(Comparator.comparingInt((Place place) -> place.held() + place.waiting())
                .reversed());
        return new WorkReport(
                fills.tasks().questions(),
                fills.tasks().refused(),
                fills.lingering().count(),
                fills.lingering().ended(),
                limits,
                places);
    }
}
