/** The command line's side of a running vault's admin API: calls, and jobs that are waited for. */
@NullMarked
package io.artifactvault.app.remote;

import org.jspecify.annotations.NullMarked;
