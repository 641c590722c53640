/** Following redirects: the target, and the fields that are sent along. */
@NullMarked
package io.artifactvault.origin.redirect;

import org.jspecify.annotations.NullMarked;
