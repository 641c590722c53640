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
    /** In X-Error-Code of a vault's own 508. */
    public static final String ERROR_CODE = "LoopDetected";

    private static final String CDN_LOOP = "CDN-Loop";
    private static final String BEGINNING = Via.PSEUDONYM + "-";
    private static final int DIGITS = 16;

    /** More than any sensible chain of vaults. */
    private static final int MOST_VAULTS = 8;

    /** A name that no other process has. */
    public static LoopMark drawn(RandomGenerator random) {
        return new LoopMark(BEGINNING + String.format(Locale.ROOT, "%016x", random.nextLong()));
    }

    /**
     * Whether a request that came in has been here before, or through so many vaults that it will not get anywhere.
     *
     * @param request its fields
     */
    public boolean isIn(Fields request) {
        List<String> vaults = all(request);
        return vaults.contains(pseudonym) || vaults.size() >= MOST_VAULTS || Via.passes(request) >= MOST_VAULTS;
    }

    /**
     * A request's fields with this process at the end of both lists.
     *
     * @param vaults those that the request came through before, as {@link #vaults} names them
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
     * The vaults that a request came through. Nothing else of the two fields is taken on where several clients get the
     * answer, as what a client writes there would choose what all of them see.
     */
    public static List<String> vaults(Fields request) {
        return all(request).stream().limit(MOST_VAULTS).toList();
    }

    /**
     * Whether CDN-Loop names others than vaults. It may not be taken away (RFC 8586 §3), and an origin behind one that
     * is named refuses the request.
     */
    public static boolean namesOthers(Fields request) {
        return request.has(CDN_LOOP)
                && !named(request).stream().filter(name -> !name.isEmpty()).allMatch(LoopMark::isOfVault);
    }

    /** Takes all but vaults out of Via: a proxy that a client names there would refuse what others wait for. */
    public static Fields withoutOthersInVia(Fields request) {
        List<String> vaults = request.all("Via").stream()
                .flatMap(value -> CommaList.members(value).stream())
                .filter(member -> isOfVault(Via.receivedBy(member)))
                .toList();
        Fields others = request.without("Via");
        return vaults.isEmpty() ? others : others.with("Via", String.join(", ", vaults));
    }

    /** In CDN-Loop. */
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
