package io.artifactvault.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Dictionary of RFC 9651 (§3.2) as far as cache directives need it: the items' types matter, their parameters are read and
 * left aside. Parsing is strict, as §4.2 wants it: one fault anywhere, and there is no dictionary.
 */
final class StructuredDictionary {
    private static final String KEY = "[a-z*][a-z0-9_.*-]*";
    private static final String INTEGER = "-?[0-9]{1,15}";
    private static final String DECIMAL = "-?[0-9]{1,12}\\.[0-9]{1,3}";
    private static final String STRING = "\"(?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*\"";
    private static final String TOKEN = "[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*";
    private static final String BYTES = ":[A-Za-z0-9+/=]*:";
    private static final String BOOLEAN = "\\?[01]";
    private static final String DATE = "@-?[0-9]{1,15}";
    private static final String DISPLAY = "%\"(?:[ !#$&-~]|%[0-9a-f]{2})*\"";
    private static final String BARE = "(?:" + DECIMAL + "|" + INTEGER + "|" + STRING + "|" + TOKEN + "|" + BYTES + "|"
            + BOOLEAN + "|" + DATE + "|" + DISPLAY + ")";
    private static final String PARAMETERS = "(?:; *" + KEY + "(?:=" + BARE + ")?)*+";
    private static final String INNER_LIST = "\\( *(?:" + BARE + PARAMETERS + "(?: +" + BARE + PARAMETERS + ")*)? *\\)";
    private static final Pattern MEMBER = Pattern.compile(
            "(?<key>" + KEY + ")(?:=(?:(?<item>" + BARE + ")|(?<list>" + INNER_LIST + ")))?" + PARAMETERS);
    private static final Pattern COMMA = Pattern.compile("[ \\t]*,[ \\t]*");

    private StructuredDictionary() {}

    /** Each key with its bare item as written; {@code ?1} where there is none (§3.2). Empty when it does not parse. */
    static Optional<Map<String, String>> parse(String value) {
        Map<String, String> members = new LinkedHashMap<>();
        String text = value.replaceFirst("^ +", "").replaceFirst(" +$", "");
        Matcher member = MEMBER.matcher(text);
        Matcher comma = COMMA.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!member.region(at, text.length()).lookingAt()) {
                return Optional.empty();
            }
            // The last of equal keys counts.
            members.put(member.group("key"), item(member));
            at = member.end();
            if (at < text.length()) {
                boolean more = comma.region(at, text.length()).lookingAt() && comma.end() < text.length();
                if (!more) {
                    return Optional.empty();
                }
                at = comma.end();
            }
        }
        return Optional.of(members);
    }

    private static String item(Matcher member) {
        String item = member.group("item");
        String list = member.group("list");
        return item != null ? item : list != null ? list : "?1";
    }
}
