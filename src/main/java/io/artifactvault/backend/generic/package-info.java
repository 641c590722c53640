/**
 * Any HTTP origin ({@code type: http}): HTTP's own rules determine what may be stored, and no further knowledge is
 * used.
 */
@NullMarked
package io.artifactvault.backend.generic;

import org.jspecify.annotations.NullMarked;
