/** Stories: the real server on port 0, real HTTP clients, and a Hub that does as it is told. */
@NullMarked
package io.artifactvault.stories;

import org.jspecify.annotations.NullMarked;
