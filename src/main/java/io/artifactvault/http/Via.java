package io.artifactvault.http;

import java.util.Locale;

/** The Via field (RFC 9110 §7.6.3): the intermediaries that forwarded a message. */
public final class Via {
    /** The name of this proxy; a pseudonym, so that its address is not disclosed. */
    public static final String PSEUDONYM = CacheStatus.CACHE_NAME;

    private static final String OURS = "1.1 " + PSEUDONYM;

    private Via() {}

    /** The fields with this proxy at the end of Via. */
    public static Fields passed(Fields fields) {
        return fields.with(
                "Via", fields.joined("Via").map(before -> before + ", " + OURS).orElse(OURS));
    }

    /** The intermediary in one member of the field, in lower case; empty if the protocol is not HTTP/1. */
    static String receivedBy(String member) {
        String text = member.toLowerCase(Locale.ROOT);
        String version = text.startsWith("http/") ? text.substring("http/".length()) : text;
        boolean known = version.startsWith("1.0 ") || version.startsWith("1.1 ");
        String by = known ? version.substring("1.1 ".length()) : "";
        int comment = by.indexOf(' ');
        return comment < 0 ? by : by.substring(0, comment);
    }

    private static boolean isOurs(String member) {
        String by = receivedBy(member);
        return by.equals(PSEUDONYM) || by.startsWith(PSEUDONYM + "-");
    }

    /** How many vaults have already forwarded the message. */
    public static long passes(Fields fields) {
        return fields.all("Via").stream()
                .flatMap(line -> CommaList.members(line).stream())
                .filter(member -> isOurs(member))
                .count();
    }
}
