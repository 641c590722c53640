/** Snapshots of repositories: the files of a commit, and huggingface_hub's cache on disk. */
@NullMarked
package io.artifactvault.backend.huggingface.snapshots;

import org.jspecify.annotations.NullMarked;
