package io.artifactvault.server;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** Says in a sentence for the operator why a listener could not be opened, and what to do. */
final class ListenFailure {
    private ListenFailure() {}

    static IOException of(String host, int port, Throwable cause) {
        return new IOException("cannot listen on " + host + ":" + port + ": " + reason(cause), cause);
    }

    private static String reason(Throwable cause) {
        if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
            return "there is no such host or address; give an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all";
        }
        String told = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return told + remedy(told);
    }

    /** By the system's own words: the native transport has no types for these. */
    private static String remedy(String told) {
        if (told.contains("already in use")) {
            return "; stop what listens there, or give another port";
        }
        if (told.contains("assign requested address")) {
            return "; give an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all";
        }
        return told.contains("ermission denied") ? "; give a port from 1024 on, or grant CAP_NET_BIND_SERVICE" : "";
    }
}
