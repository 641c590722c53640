/** Following redirects: where one leads, and which fields may travel along. */
@NullMarked
package io.artifactvault.origin.redirect;

import org.jspecify.annotations.NullMarked;
