package io.artifactvault.http.conditional;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The value of If-Match or If-None-Match (RFC 9110 §13.1.1, §13.1.2): {@code *} or a list of entity tags. A malformed
 * list contains no tag, so that If-None-Match gives the full response and If-Match fails.
 *
 * @param any whether it is {@code *}, which every representation matches
 * @param tags the tags in order; none when {@code any}
 */
public record EntityTagList(boolean any, List<EntityTag> tags) {
    private static final EntityTagList ANY = new EntityTagList(true, List.of());
    private static final EntityTagList NONE = new EntityTagList(false, List.of());

    /** Copies the list. */
    public EntityTagList {
        tags = List.copyOf(tags);
    }

    /** Parses a field value. Never fails: malformed text gives a list without tags. */
    public static EntityTagList parse(String field) {
        if (field.strip().equals("*")) {
            return ANY;
        }
        List<EntityTag> tags = new ArrayList<>();
        for (String element : elements(field)) {
            Optional<EntityTag> tag = EntityTag.parse(element);
            if (tag.isEmpty() && !element.isBlank()) {
                return NONE;
            }
            tag.ifPresent(tags::add); // empty elements must be tolerated, RFC 9110 §5.6.1.2
        }
        return new EntityTagList(false, tags);
    }

    /** Whether the list matches the representation with that tag, by strong comparison as If-Match requires. */
    public boolean matchesStrongly(Optional<EntityTag> etag) {
        return any
                || etag.filter(e -> tags.stream().anyMatch(e::matchesStrongly)).isPresent();
    }

    /** Whether the list matches the representation with that tag, by weak comparison as If-None-Match requires. */
    public boolean matchesWeakly(Optional<EntityTag> etag) {
        return any || etag.filter(e -> tags.stream().anyMatch(e::matchesWeakly)).isPresent();
    }

    /** The text between commas; a comma inside quotes is not a separator. */
    private static List<String> elements(String field) {
        List<String> elements = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                elements.add(field.substring(start, i));
                start = i + 1;
            }
        }
        elements.add(field.substring(start));
        return elements;
    }
}
