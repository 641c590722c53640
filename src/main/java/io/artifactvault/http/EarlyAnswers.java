package io.artifactvault.http;

/**
 * Receives interim responses (RFC 9110 §15.2) for the requesting client while it waits. Callable on any thread; never
 * blocks.
 */
@FunctionalInterface
public interface EarlyAnswers {
    /** Drops interim responses, for clients that receive none. */
    EarlyAnswers NONE = (_, _) -> {};

    /**
     * Sends an interim response.
     *
     * <p>The status is 102, 103 or any other between 101 and 199.
     */
    void send(int status, Fields fields);
}
