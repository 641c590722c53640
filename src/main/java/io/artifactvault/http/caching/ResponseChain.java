package io.artifactvault.http.caching;

import io.artifactvault.http.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The redirects that the vault followed, and the final response, which it may reuse under the first target. The final
 * response may be reused no longer, and by no more clients, than each response of the chain allows (RFC 9111 §3, §4.1,
 * §4.2 and §5.2.2). Pure.
 *
 * @param heads at least one, the last response at the end
 */
public record ResponseChain(List<Head> heads) {
    /** Directives that apply if at least one response of the chain has them. */
    private static final List<String> RESTRICTIONS =
            List.of("no-store", "private", "no-cache", "must-revalidate", "proxy-revalidate", "no-transform");

    /** Directives that apply only if all responses of the chain have them. */
    private static final List<String> PERMISSIONS = List.of("public", "immutable");

    /** Directives with a number of seconds that apply only if all responses have them; the smallest value applies. */
    private static final List<String> WINDOWS = List.of("stale-while-revalidate", "stale-if-error");

    private static final String MAX_AGE = "max-age";
    private static final String S_MAXAGE = "s-maxage";
    private static final String CACHE_CONTROL = "Cache-Control";

    /** The status and fields of one response. */
    public record Head(int status, Fields fields) {
        private Freshness freshness(Times times) {
            Freshness told = Freshness.of(status, fields, times.requestedAt(), times.receivedAt(), times.otherwise());
            return status >= 400 ? told.guessedAtMost(times.negative()) : told;
        }
    }

    /**
     * The inputs to the computation of lifetimes.
     *
     * @param requestedAt when the first request was sent
     * @param receivedAt when the last response's head arrived
     * @param otherwise the operator's lifetime for responses without freshness information, if configured
     * @param negative the maximum lifetime of an error without freshness information
     * @param staleIfError how long after its lifetime a response without stale-if-error may be used when upstream fails
     */
    public record Times(
            Instant requestedAt,
            Instant receivedAt,
            Optional<Duration> otherwise,
            Duration negative,
            Duration staleIfError) {
        /** Treats errors like other responses. */
        public Times(Instant requestedAt, Instant receivedAt, Optional<Duration> otherwise, Duration staleIfError) {
            this(requestedAt, receivedAt, otherwise, Duration.ofDays(36_500), staleIfError);
        }
    }

    public ResponseChain {
        heads = List.copyOf(heads);
        if (heads.isEmpty()) {
            throw new IllegalArgumentException("a chain of responses without a response");
        }
    }

    /** A single response without redirects. */
    public static ResponseChain of(int status, Fields fields) {
        return new ResponseChain(List.of(new Head(status, fields)));
    }

    public Head last() {
        return heads.getLast();
    }

    /** A copy with the same redirects and another final response. */
    public ResponseChain endingWith(int status, Fields fields) {
        List<Head> others = new ArrayList<>(heads.subList(0, heads.size() - 1));
        others.add(new Head(status, fields));
        return new ResponseChain(others);
    }

    /** Whether the last response may be stored for the first target (RFC 9111 §3). */
    public boolean isStorable(Fields request, Times times) {
        Head combined = new Head(last().status(), fields(times));
        return permitsStoring(request, times)
                && Storability.isStorable(request, combined.status(), combined.fields(), combined.freshness(times));
    }

    /** Whether each response permits storing the final response and using it for other requests. */
    public boolean permitsStoring(Fields request, Times times) {
        return heads.stream()
                .allMatch(
                        head -> Storability.isPermitted(request, head.status(), head.fields(), head.freshness(times)));
    }

    /** Whether any response of the chain forbids storing the final response for every request. */
    public boolean forbidsStoring() {
        return heads.stream().anyMatch(head -> Storability.isForbidden(head.status(), head.fields()));
    }

    /**
     * The fields of the last response, with Cache-Control, CDN-Cache-Control, Expires and Vary adjusted for the first
     * target. Unchanged for a response without redirects.
     */
    public Fields fields(Times times) {
        if (heads.size() == 1) {
            return last().fields();
        }
        Fields.Builder fields = last().fields().toBuilder();
        vary().ifPresent(vary -> fields.set("Vary", vary));
        List<Head> plain = heads.stream().map(ResponseChain::untargeted).toList();
        Rules rules = new Rules(plain, times);
        if (rules.isShortened()) {
            fields.remove("Expires");
        }
        set(fields, CACHE_CONTROL, rules.text());
        boolean targeted =
                heads.stream().anyMatch(head -> CachePolicy.of(head.fields()).targeted());
        set(fields, CachePolicy.TARGETED, targeted ? targeted(times) : "");
        return fields.build();
    }

    private static void set(Fields.Builder fields, String name, String value) {
        if (value.isEmpty()) {
            fields.remove(name);
        } else {
            fields.set(name, value);
        }
    }

    private static Head untargeted(Head head) {
        return new Head(head.status(), head.fields().without(CachePolicy.TARGETED));
    }

    /**
     * The value of CDN-Cache-Control: a structured dictionary. It always contains a lifetime, because without one
     * Expires would be ignored too.
     */
    private String targeted(Times times) {
        Rules rules = new Rules(heads, times);
        List<String> members = new ArrayList<>(rules.words());
        String name = rules.any(S_MAXAGE) ? S_MAXAGE : MAX_AGE;
        members.add(name + "=" + rules.seconds(head -> head.freshness(times)));
        return String.join(", ", members);
    }

    /** The members that Vary must have in addition to those of the final response; empty if there are none. */
    private Optional<String> vary() {
        List<VaryKey> keys =
                heads.stream().map(head -> VaryKey.of(head.fields())).toList();
        if (keys.stream().anyMatch(VaryKey::isAny)) {
            return Optional.of("*");
        }
        Set<String> names =
                keys.stream().flatMap(key -> key.names().stream()).collect(Collectors.toCollection(TreeSet::new));
        return names.size() == keys.getLast().names().size() ? Optional.empty() : Optional.of(String.join(", ", names));
    }

    /** The combined directives of all responses. */
    private static final class Rules {
        private final List<Head> heads;
        private final List<Directives> directives;
        private final Times times;

        Rules(List<Head> heads, Times times) {
            this.heads = heads;
            this.directives = heads.stream()
                    .map(head -> CachePolicy.of(head.fields()).directives())
                    .toList();
            this.times = times;
        }

        boolean any(String name) {
            return directives.stream().anyMatch(of -> of.has(name));
        }

        /** Whether a redirect ends the lifetime that clients see earlier than the final response's own lifetime. */
        boolean isShortened() {
            return isShortest(Rules.this::asPrivate);
        }

        private boolean isShortest(Function<Head, Freshness> freshness) {
            return left(freshness).compareTo(freshness.apply(heads.getLast()).left(times.receivedAt())) < 0;
        }

        private Duration left(Function<Head, Freshness> freshness) {
            return heads.stream()
                    .map(head -> freshness.apply(head).left(times.receivedAt()))
                    .min(Comparator.naturalOrder())
                    .orElse(Duration.ZERO);
        }

        /**
         * The lifetime in seconds that makes the final response, at its age, expire together with the response of the
         * chain that expires first.
         */
        long seconds(Function<Head, Freshness> freshness) {
            Duration age = freshness.apply(heads.getLast()).age(times.receivedAt());
            return Math.clamp(left(freshness).plus(age).toSeconds(), 0, Directives.LARGEST_SECONDS);
        }

        /** The freshness of a response as a private cache calculates it, without s-maxage. */
        private Freshness asPrivate(Head head) {
            String control = Directives.of(head.fields()).textWhere(name -> !name.equals(S_MAXAGE));
            Fields.Builder fields = head.fields().toBuilder();
            set(fields, CACHE_CONTROL, control);
            return new Head(head.status(), fields.build()).freshness(times);
        }

        private Freshness asShared(Head head) {
            return head.freshness(times);
        }

        /** The value of Cache-Control; empty when there are no directives. */
        String text() {
            Directives own = directives.getLast();
            List<String> members = new ArrayList<>(words());
            boolean shorter = isShortened();
            members.addAll(own.membersWhere(
                    name -> !isCombined(name) && !(name.equals(MAX_AGE) && shorter) && !name.equals(S_MAXAGE)));
            if (shorter) {
                members.add(MAX_AGE + "=" + seconds(this::asPrivate));
            }
            if (any(S_MAXAGE)) {
                members.add(S_MAXAGE + "=" + seconds(this::asShared));
            }
            return String.join(", ", members);
        }

        private static boolean isCombined(String name) {
            return RESTRICTIONS.contains(name) || PERMISSIONS.contains(name) || WINDOWS.contains(name);
        }

        /** The directives that do not give a lifetime. */
        List<String> words() {
            List<String> words = new ArrayList<>();
            Predicate<String> anyBare = name -> directives.stream().anyMatch(of -> of.hasBare(name));
            RESTRICTIONS.stream().filter(anyBare).forEach(words::add);
            // Directives with field names refer to fields of their own response, and only the final response's fields
            // are passed on.
            words.addAll(directives.getLast().membersWhere(name -> RESTRICTIONS.contains(name) && !anyBare.test(name)));
            PERMISSIONS.stream()
                    .filter(name -> directives.stream().allMatch(of -> of.has(name)))
                    .forEach(words::add);
            WINDOWS.forEach(name -> window(name).ifPresent(seconds -> words.add(name + "=" + seconds)));
            return words;
        }

        private OptionalLong window(String name) {
            List<OptionalLong> all =
                    directives.stream().map(of -> of.seconds(name)).toList();
            OptionalLong least =
                    all.stream().flatMapToLong(OptionalLong::stream).min();
            boolean everywhere = all.stream().allMatch(OptionalLong::isPresent);
            if (everywhere || least.isEmpty() || name.equals("stale-while-revalidate")) {
                return everywhere ? least : OptionalLong.empty();
            }
            return OptionalLong.of(
                    Math.min(least.getAsLong(), times.staleIfError().toSeconds()));
        }
    }
}
