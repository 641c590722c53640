/** The terminal of a command line: its width and colours, the level of logs, and the version. */
@NullMarked
package io.artifactvault.app.terminal;

import org.jspecify.annotations.NullMarked;
