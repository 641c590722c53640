/** What is kept on disk: blobs and the responses that name them. Everything here may block; no event loop calls it. */
@NullMarked
package io.artifactvault.store;

import org.jspecify.annotations.NullMarked;
