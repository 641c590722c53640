/** The vocabulary in which an ecosystem describes a request to the cache: {@link io.artifactvault.backend.Backend} and what it answers with. */
@NullMarked
package io.artifactvault.backend;

import org.jspecify.annotations.NullMarked;
