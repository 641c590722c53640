/** The values of one exchange: request, caller, response, decision log, settings. */
@NullMarked
package io.artifactvault.cache.request;

import org.jspecify.annotations.NullMarked;
