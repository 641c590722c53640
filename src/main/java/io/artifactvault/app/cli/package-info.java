/** The command line: one class for each command, its options and its output. */
@NullMarked
package io.artifactvault.app.cli;

import org.jspecify.annotations.NullMarked;
