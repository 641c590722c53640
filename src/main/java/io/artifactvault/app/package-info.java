/** The composition root and the command line: creates the objects, starts them, stops them. */
@NullMarked
package io.artifactvault.app;

import org.jspecify.annotations.NullMarked;
