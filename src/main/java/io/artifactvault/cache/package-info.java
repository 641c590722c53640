/**
 * The engine: decides how to handle a request, fills content, lets readers join fills, and controls access. Contains no
 * Netty code.
 */
@NullMarked
package io.artifactvault.cache;

import org.jspecify.annotations.NullMarked;
