package io.artifactvault.testhub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Something that goes wrong with an answer of the Hub or the CDN. Offsets count body bytes of that answer. */
@FunctionalInterface
public interface Fault {
    /** Arms the reply, or answers in the Hub's stead and returns true. */
    boolean strike(OriginReply reply) throws IOException;

    /** An error status with a short text, as a gateway answers. */
    static Fault status(int status) {
        return answer(status, Fields.of("Content-Type", "text/plain"), Reasons.of(status));
    }

    /** 429 with the RateLimit fields, without Retry-After. */
    static Fault rateLimited() {
        return answer(429, limits(), "Too many requests");
    }

    /** 429 with the RateLimit fields and Retry-After. */
    static Fault rateLimited(Duration retryAfter) {
        return answer(429, limits().with("Retry-After", Long.toString(retryAfter.toSeconds())), "Too many requests");
    }

    /** A login page with status 200, as a captive portal sends it. */
    static Fault loginPage() {
        return answer(
                200,
                Fields.of("Content-Type", "text/html; charset=utf-8"),
                "<!DOCTYPE html><html><body>Please log in</body></html>");
    }

    /** Any answer of one's own. */
    static Fault answer(int status, Fields fields, String body) {
        return reply -> {
            reply.status(status).fields(fields).answer(body);
            return true;
        };
    }

    /** FIN after that many body bytes. */
    static Fault cutAfter(long bytes) {
        return arming(reply -> reply.dropAfter(bytes));
    }

    /** RST after that many body bytes. */
    static Fault resetAfter(long bytes) {
        return arming(reply -> reply.resetAfter(bytes));
    }

    /** FIN instead of a head. */
    static Fault noAnswer() {
        return arming(OriginReply::drop);
    }

    /** RST instead of a head. */
    static Fault resetBeforeHead() {
        return arming(OriginReply::reset);
    }

    /** Waits at the gate after that many body bytes. */
    static Fault stallAfter(long bytes, Gate gate) {
        return arming(reply -> reply.gateAfter(bytes, gate));
    }

    /** Waits at the gate before the head. */
    static Fault stallBeforeHead(Gate gate) {
        return arming(reply -> reply.waitAt(gate));
    }

    /** Flips the bits of one body byte. */
    static Fault corruptAt(long offset) {
        return arming(reply -> reply.corruptAt(offset));
    }

    /** Inserts text into the body; the declared length stays as it was. */
    static Fault insertAt(long offset, String text) {
        return arming(reply -> reply.insertAt(offset, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Declares that many bytes more (or, if negative, less) than there are. */
    static Fault wrongLength(long difference) {
        return arming(reply -> reply.lieAboutLength(difference));
    }

    /** Sends everything, whatever range is asked for. */
    static Fault ignoringRange() {
        return arming(OriginReply::ignoreRange);
    }

    /** Lets time pass before the answer. */
    static Fault delay(Duration time) {
        return arming(reply -> reply.delay(time));
    }

    /** Limits the speed of the body. */
    static Fault throttle(long bytesPerSecond) {
        return arming(reply -> reply.throttle(bytesPerSecond));
    }

    private static Fault arming(Arming arming) {
        return reply -> {
            arming.arm(reply);
            return false;
        };
    }

    private static Fields limits() {
        return Fields.of(
                "RateLimit", "\"resolvers\";r=0;t=123",
                "RateLimit-Policy", "\"fixed window\";\"resolvers\";q=3000;w=300");
    }

    /** Prepares a reply that the Hub then gives. */
    @FunctionalInterface
    interface Arming {
        void arm(OriginReply reply) throws IOException;
    }
}
