package io.artifactvault.foreign;

import java.util.List;
import java.util.Random;

/** Messages that are nearly right: a sound one, changed in a few places. The same for the same seed. */
public final class Mutations {
    private static final List<String> PIECES = List.of(
            "\r",
            "\n",
            "\r\n",
            "\r\n\r\n",
            "\0",
            " ",
            "\t",
            ":",
            ";",
            ",",
            "\"",
            "=",
            "<",
            ">",
            "%",
            "/",
            "\\",
            "*",
            "\u0080",
            "\u00ff",
            "[",
            "]",
            "Content-Length: 5\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Content-Length: -1\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Host: \r\n",
            "Host: [::x]\r\n",
            "Connection: close, upgrade\r\n",
            "Expect: 100-continue\r\n",
            "Range: bytes=0-,-1\r\n",
            "If-Range: W/\"a\r\n",
            "ETag: \"\r\n",
            "Link: <<>;rel=next\r\n",
            "Location: //[/\r\n",
            "Vary: *,,a\r\n",
            "Cache-Control: max-age=\"\r\n",
            "Date: Mon, 99 Zzz 0000 25:61:61 GMT\r\n",
            "RateLimit: \"a;r=1\r\n",
            "Retry-After: 99999999999\r\n",
            "Content-Range: bytes 9-1/0\r\n",
            "X-Repo-Commit: \u00e9\r\n",
            "X-Linked-Etag: \"\"\"\r\n",
            "X-Linked-Size: 1e9\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\n\r\n",
            "0\r\n\r\n",
            "ffffffffffffffff\r\n",
            "a, ",
            "\" ;");

    private final Random random;

    public Mutations(long seed) {
        random = new Random(seed);
    }

    public String of(String message) {
        StringBuilder text = new StringBuilder(message);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && !text.isEmpty(); i++) {
            change(text);
        }
        return text.toString();
    }

    private void change(StringBuilder text) {
        int at = random.nextInt(text.length());
        String piece = PIECES.get(random.nextInt(PIECES.size()));
        switch (random.nextInt(6)) {
            case 0 -> text.deleteCharAt(at);
            case 1 -> text.setCharAt(at, (char) random.nextInt(256));
            case 2 -> text.insert(at, piece);
            case 3 -> text.insert(at, piece.repeat(1 + random.nextInt(500)));
            case 4 -> text.insert(lineAt(text, at), piece.repeat(1 + random.nextInt(2)));
            default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(40))));
        }
    }

    private static int lineAt(StringBuilder text, int at) {
        int end = text.indexOf("\r\n", at);
        return end < 0 ? at : end + 2;
    }

    /** How many of so many octets come together. */
    public int piece(int left) {
        return random.nextInt(3) == 0 ? left : 1 + random.nextInt(left);
    }
}
