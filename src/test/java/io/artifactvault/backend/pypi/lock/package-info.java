@NullMarked
package io.artifactvault.backend.pypi.lock;

import org.jspecify.annotations.NullMarked;
