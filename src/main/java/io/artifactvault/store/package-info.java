/**
 * The store on disk: blobs and the responses that refer to them. Event loops call only the peeks; all other methods may
 * block.
 */
@NullMarked
package io.artifactvault.store;

import org.jspecify.annotations.NullMarked;
