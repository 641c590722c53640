@NullMarked
package io.artifactvault.backend.pypi.name;

import org.jspecify.annotations.NullMarked;
