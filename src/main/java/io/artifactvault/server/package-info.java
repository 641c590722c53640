/** The client side: reads requests from sockets and writes responses to them. Event-driven; no code here blocks. */
@NullMarked
package io.artifactvault.server;

import org.jspecify.annotations.NullMarked;
