/** Whole snapshots: fetching, keeping and verifying them. All code here blocks and runs on its own threads. */
@NullMarked
package io.artifactvault.snapshot;

import org.jspecify.annotations.NullMarked;
