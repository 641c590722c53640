package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests whose client leaves at once: they are sent, the vault gets a moment to read them, and then all connections are
 * reset together. In waves that a limit of connections for each address lets in.
 */
public final class Rush {
    private static final int WAVE = 400;
    private static final Duration MOMENT = Duration.ofMillis(300);

    private Rush() {}

    /** Sends each request on a connection of its own; answers how many were sent. */
    public static int leaveAtOnce(Client client, List<String> requests) throws IOException {
        int sent = 0;
        for (int from = 0; from < requests.size(); from += WAVE) {
            sent += wave(client, requests.subList(from, Math.min(requests.size(), from + WAVE)));
        }
        return sent;
    }

    private static int wave(Client client, List<String> requests) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (String request : requests) {
            try {
                Line line = client.open();
                lines.add(line);
                line.send(request);
            } catch (IOException e) {
                // The vault has no room for it.
            }
        }
        Pause.of(MOMENT);
        lines.forEach(Line::reset);
        return lines.size();
    }

    /** A request with a body that came whole. */
    public static String order(String target) {
        return Client.headWithBody("POST", target, 2) + "{}";
    }
}
