/**
 * The Hugging Face Hub: its URLs, redirects, tokens, digests and JSON, according to the measured protocol reference.
 */
@NullMarked
package io.artifactvault.backend.huggingface;

import org.jspecify.annotations.NullMarked;
