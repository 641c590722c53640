/** Snapshots of repositories: the files of a commit, and what huggingface_hub keeps on a disk. */
@NullMarked
package io.artifactvault.backend.huggingface.snapshots;

import org.jspecify.annotations.NullMarked;
