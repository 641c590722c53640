/**
 * HTTP semantics as immutable values and arithmetic, and the grammar of its messages. Knows what the RFCs say and nothing else;
 * uses the JDK only.
 */
@NullMarked
package io.artifactvault.http;

import org.jspecify.annotations.NullMarked;
