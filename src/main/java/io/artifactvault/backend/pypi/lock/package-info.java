/** Lock files and requirements: which packages and files they name, and which of these fit a Python and a platform. */
@NullMarked
package io.artifactvault.backend.pypi.lock;

import org.jspecify.annotations.NullMarked;
