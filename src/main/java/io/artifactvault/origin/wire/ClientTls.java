package io.artifactvault.origin.wire;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS towards origins: versions, and the verification of host names. */
public final class ClientTls {
    private ClientTls() {}

    /**
     * An SSL context for connections to origins.
     *
     * @param trust the trust manager; null for the system's certificate authorities
     */
    public static SslContext context(@Nullable TrustManager trust) {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .endpointIdentificationAlgorithm("HTTPS")
                .protocols("TLSv1.3", "TLSv1.2");
        try {
            return trust == null ? builder.build() : builder.trustManager(trust).build();
        } catch (SSLException e) {
            throw new IllegalStateException("this Java runtime cannot speak TLS", e);
        }
    }
}
