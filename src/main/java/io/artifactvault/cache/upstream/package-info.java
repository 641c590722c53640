/** Sending requests upstream and reading the responses: redirects, traces, resumption and races. */
@NullMarked
package io.artifactvault.cache.upstream;

import org.jspecify.annotations.NullMarked;
