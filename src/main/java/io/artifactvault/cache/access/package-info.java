/** Access to stored responses: grants, tokens, and scopes that are open to every caller. */
@NullMarked
package io.artifactvault.cache.access;

import org.jspecify.annotations.NullMarked;
