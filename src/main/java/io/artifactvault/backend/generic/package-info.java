/** Any HTTP origin ({@code type: http}): HTTP's own rules say what may be kept, and nothing else is known. */
@NullMarked
package io.artifactvault.backend.generic;

import org.jspecify.annotations.NullMarked;
