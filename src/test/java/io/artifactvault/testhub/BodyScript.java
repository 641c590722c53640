package io.artifactvault.testhub;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What happens at given offsets of a body while it is sent. Confined to the connection's thread. */
final class BodyScript {
    private final TreeMap<Long, List<Event>> events = new TreeMap<>();

    /** Something that happens to an answer between two of its bytes. */
    @FunctionalInterface
    interface Event {
        void happen(OriginReply reply) throws IOException;
    }

    void at(long offset, Event event) {
        events.computeIfAbsent(offset, _ -> new ArrayList<>()).add(event);
    }

    /** Lets happen what is due when {@code position} bytes were sent. */
    void play(long position, OriginReply reply) throws IOException {
        while (!events.isEmpty() && events.firstKey() <= position) {
            Map.Entry<Long, List<Event>> due = events.pollFirstEntry();
            for (Event event : due.getValue()) {
                event.happen(reply);
            }
        }
    }

    /** How many bytes may be sent before the next event. */
    long room(long position) {
        return events.isEmpty() ? Long.MAX_VALUE : events.firstKey() - position;
    }
}
