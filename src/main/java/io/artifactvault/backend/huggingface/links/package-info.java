/** Addresses that the vault issues: signed links and rewritten paging links. */
@NullMarked
package io.artifactvault.backend.huggingface.links;

import org.jspecify.annotations.NullMarked;
