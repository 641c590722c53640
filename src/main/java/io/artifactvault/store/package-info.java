/** What is kept on disk: blobs and the responses that name them. Event loops call only the peeks; all else may block. */
@NullMarked
package io.artifactvault.store;

import org.jspecify.annotations.NullMarked;
