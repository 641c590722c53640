package io.artifactvault.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The name by which one process identifies itself in the requests it sends, in Via (RFC 9110 §7.6.3) and CDN-Loop (RFC
 * 8586): an incoming request that carries it has gone through a loop. It differs for each process, because a vault
 * behind a vault is not a loop. Pure.
 */
public record LoopMark(String pseudonym) {
    /** The value of X-Error-Code in a vault's own 508. */
    public static final String ERROR_CODE = "LoopDetected";

    private static final String CDN_LOOP = "CDN-Loop";
    private static final String BEGINNING = Via.PSEUDONYM + "-";
    private static final int DIGITS = 16;

    /** The maximum number of vaults in a chain; no sensible chain has that many. */
    private static final int MOST_VAULTS = 8;

    /** A name that is unique to this process. */
    public static LoopMark drawn(RandomGenerator random) {
        return new LoopMark(BEGINNING + String.format(Locale.ROOT, "%016x", random.nextLong()));
    }

    /**
     * Whether an incoming request has passed through this process before, or through too many vaults.
     *
     * @param request the fields of the request
     */
    public boolean isIn(Fields request) {
        List<String> vaults = all(request);
        return vaults.contains(pseudonym) || vaults.size() >= MOST_VAULTS || Via.passes(request) >= MOST_VAULTS;
    }

    /**
     * The fields of a request, with this process added at the end of Via and CDN-Loop.
     *
     * @param vaults the vaults that the request passed before, as {@link #vaults} lists them
     */
    public Fields on(Fields request, List<String> vaults) {
        Set<String> known = new LinkedHashSet<>(vaults(request));
        List<String> further = new ArrayList<>(vaults);
        further.removeIf(known::contains);
        further.add(pseudonym);
        List<String> via = further.stream().map(vault -> "1.1 " + vault).toList();
        return appended(appended(request, "Via", via), CDN_LOOP, further);
    }

    private static Fields appended(Fields fields, String name, List<String> members) {
        List<String> all = new ArrayList<>(fields.all(name));
        all.addAll(members);
        return fields.with(name, String.join(", ", all));
    }

    /**
     * The vaults that a request passed through, according to Via and CDN-Loop. If several clients share the response,
     * only these members of the two fields are forwarded: otherwise the values of one client could determine the
     * response for all.
     */
    public static List<String> vaults(Fields request) {
        return all(request).stream().limit(MOST_VAULTS).toList();
    }

    /**
     * Whether CDN-Loop names members other than vaults. Such a member must not be removed (RFC 8586 §3), and an origin
     * behind a named CDN rejects the request.
     */
    public static boolean namesOthers(Fields request) {
        return request.has(CDN_LOOP)
                && !named(request).stream().filter(name -> !name.isEmpty()).allMatch(LoopMark::isOfVault);
    }

    /**
     * Removes all members except vaults from Via: a proxy that a client names there would reject a request that others
     * wait for.
     */
    public static Fields withoutOthersInVia(Fields request) {
        List<String> vaults = request.all("Via").stream()
                .flatMap(value -> CommaList.members(value).stream())
                .filter(member -> isOfVault(Via.receivedBy(member)))
                .toList();
        Fields others = request.without("Via");
        return vaults.isEmpty() ? others : others.with("Via", String.join(", ", vaults));
    }

    /** The names in CDN-Loop. */
    private static List<String> named(Fields request) {
        return request.all(CDN_LOOP).stream()
                .flatMap(value -> CommaList.members(value).stream())
                .map(LoopMark::beforeParameters)
                .toList();
    }

    private static List<String> all(Fields request) {
        Set<String> vaults = new LinkedHashSet<>(named(request));
        for (String value : request.all("Via")) {
            CommaList.members(value).stream().map(Via::receivedBy).forEach(vaults::add);
        }
        return vaults.stream().filter(LoopMark::isOfVault).toList();
    }

    private static String beforeParameters(String member) {
        int end = member.indexOf(';');
        return CommaList.stripped(end < 0 ? member : member.substring(0, end));
    }

    private static boolean isOfVault(String name) {
        return name.length() == BEGINNING.length() + DIGITS
                && name.startsWith(BEGINNING)
                && Scan.isMadeOf(name.substring(BEGINNING.length()), Scan::isHexDigit);
    }
}
