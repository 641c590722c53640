/**
 * The octets of a client connection: requests decoded strictly, responses written as the client reads them, and the end
 * of the connection. Knows nothing of exchanges or backends. Event-driven; no code here blocks.
 */
@NullMarked
package io.artifactvault.server.wire;

import org.jspecify.annotations.NullMarked;
