/** Values of index pages as text: URLs, digests and JSON. Pure. */
@NullMarked
package io.artifactvault.backend.pypi.text;

import org.jspecify.annotations.NullMarked;
