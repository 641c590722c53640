/** Reading and rewriting the JSON of the Hub as it streams. */
@NullMarked
package io.artifactvault.backend.huggingface.json;

import org.jspecify.annotations.NullMarked;
