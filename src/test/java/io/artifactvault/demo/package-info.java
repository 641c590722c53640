/** The program behind {@code ./vault demo}: a play Hub and a real vault in one process. */
@NullMarked
package io.artifactvault.demo;

import org.jspecify.annotations.NullMarked;
