package io.artifactvault.server;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** A listener could not be opened. The message names cause and remedy for the operator. */
public final class ListenFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private static final String ADDRESS =
            "host to an address of this machine, such as 127.0.0.1, or to 0.0.0.0 for all";

    private final String host;
    private final int port;
    private final Throwable fault;

    private ListenFailure(String host, int port, String section, Throwable cause) {
        super("cannot listen on " + host + ":" + port + ": " + reason(cause, section), cause);
        this.host = host;
        this.port = port;
        this.fault = cause;
    }

    static ListenFailure of(String host, int port, Throwable cause) {
        return new ListenFailure(host, port, "", cause);
    }

    /**
     * This failure, with a message that names the settings to change. {@code section} is their section of the
     * configuration, such as {@code admin}.
     */
    public ListenFailure in(String section) {
        return new ListenFailure(host, port, section + ".", fault);
    }

    private static String reason(Throwable cause, String section) {
        String words = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
            return "there is no such host or address; set " + section + ADDRESS;
        }
        // Detected by the system's message: the native transport has no exception types for these.
        if (words.contains("already in use")) {
            return "another program uses the port; stop it, or change " + section + "port";
        }
        if (words.contains("assign requested address")) {
            return "this machine does not have that address; set " + section + ADDRESS;
        }
        return words.contains("ermission denied")
                ? "this user may not listen on that port; set " + section
                        + "port to 1024 or more, or grant CAP_NET_BIND_SERVICE"
                : words;
    }
}
