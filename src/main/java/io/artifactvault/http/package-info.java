/**
 * HTTP semantics as immutable values and arithmetic, and the grammar of its messages. Implements only what the RFCs
 * specify; depends only on the JDK.
 */
@NullMarked
package io.artifactvault.http;

import org.jspecify.annotations.NullMarked;
