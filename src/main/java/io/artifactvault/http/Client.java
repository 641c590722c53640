package io.artifactvault.http;

/**
 * The client that sent a request.
 *
 * @param address the client's network address as a key for limits, statistics and logs; {@code -} for the vault itself
 * @param departure fires when the client no longer waits for its response
 */
public record Client(String address, Departure departure) {
    /**
     * The client of requests by the vault itself, such as warm jobs: no per-client limit applies, and it never departs.
     */
    public static Client itself() {
        return new Client("-", new Departure());
    }

    public boolean isItself() {
        return address.equals("-");
    }
}
