/** {@code type: pypi}, from its values to stories in front of a scripted index. */
@NullMarked
package io.artifactvault.backend.pypi;

import org.jspecify.annotations.NullMarked;
