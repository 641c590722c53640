package io.artifactvault.server.wire;

import io.netty.handler.codec.http.HttpRequest;
import java.util.Iterator;
import java.util.Map;

/** The length of a request's head, and the memory that it takes. Stateless. */
public final class HeadSize {
    /** The memory of a head is counted above this size in octets; every connection may use that much. */
    public static final int LARGE = 8 * 1024;

    private static final int LINE_MARKS = " HTTP/1.1\r\n ".length();
    private static final int FIELD_MARKS = ": \r\n".length();
    private static final int OVERHEAD = 512;
    private static final int FIELD_OVERHEAD = 160;

    private HeadSize() {}

    /** Octets of the request line and all fields, without optional white space. */
    public static int octets(HttpRequest head) {
        int octets = head.method().name().length() + head.uri().length() + LINE_MARKS;
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = head.headers().iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            octets += field.getKey().length() + field.getValue().length() + FIELD_MARKS;
        }
        return octets;
    }

    /** Bytes of memory while a request waits or is processed: Netty's head and the vault's. */
    public static long memory(HttpRequest head, int octets) {
        return OVERHEAD + 2L * octets + (long) FIELD_OVERHEAD * head.headers().size();
    }
}
