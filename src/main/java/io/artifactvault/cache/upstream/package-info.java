/** Sending requests upstream and reading what comes back: redirects, traces, resumption, races. */
@NullMarked
package io.artifactvault.cache.upstream;

import org.jspecify.annotations.NullMarked;
