/** The names that package indexes, lock files and clients have in common: projects, files and versions. Pure. */
@NullMarked
package io.artifactvault.backend.pypi.dist;

import org.jspecify.annotations.NullMarked;
