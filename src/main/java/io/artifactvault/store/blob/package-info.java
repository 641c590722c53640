/** Content on disk, named by its digest: writing, resuming, verifying and reading it. May block. */
@NullMarked
package io.artifactvault.store.blob;

import org.jspecify.annotations.NullMarked;
