package io.artifactvault.http;

/** The Via field (RFC 9110 §7.6.3): who passed a message on. */
public final class Via {
    /** How this proxy names itself; a pseudonym, so that nobody learns its address. */
    public static final String PSEUDONYM = CacheStatus.CACHE_NAME;

    private static final String OURS = "1.1 " + PSEUDONYM;

    private Via() {}

    /** The fields with this proxy at the end of Via. */
    public static Fields passed(Fields fields) {
        return fields.with(
                "Via", fields.joined("Via").map(before -> before + ", " + OURS).orElse(OURS));
    }

    /** How often this proxy has passed the message on already. */
    public static long passes(Fields fields) {
        return fields.all("Via").stream()
                .flatMap(line -> CommaList.members(line).stream())
                .filter(member -> member.matches("(?i)(HTTP/)?1\\.[01] " + PSEUDONYM + "( .*)?"))
                .count();
    }
}
