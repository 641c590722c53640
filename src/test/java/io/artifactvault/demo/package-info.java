/** The program behind {@code ./vault demo}: a test Hub and a real vault in one process. */
@NullMarked
package io.artifactvault.demo;

import org.jspecify.annotations.NullMarked;
