/**
 * Connections to origins in Netty: pool, proxies, TLS, the grammar of responses. The only package of the origin side
 * that knows Netty.
 */
@NullMarked
package io.artifactvault.origin.wire;

import org.jspecify.annotations.NullMarked;
