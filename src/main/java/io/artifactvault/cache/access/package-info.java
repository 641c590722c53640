/** Who may have what is stored: grants, tokens, and scopes that are open to every caller. */
@NullMarked
package io.artifactvault.cache.access;

import org.jspecify.annotations.NullMarked;
