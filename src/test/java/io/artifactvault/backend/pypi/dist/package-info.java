@NullMarked
package io.artifactvault.backend.pypi.dist;

import org.jspecify.annotations.NullMarked;
