/** The client side: turns sockets into requests and answers into octets. Event-driven; nothing here waits. */
@NullMarked
package io.artifactvault.server;

import org.jspecify.annotations.NullMarked;
