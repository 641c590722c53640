/**
 * Connections to origins in Netty: pool, proxies, TLS, the grammar of responses. The only package on the origin side
 * that depends on Netty.
 */
@NullMarked
package io.artifactvault.origin.wire;

import org.jspecify.annotations.NullMarked;
