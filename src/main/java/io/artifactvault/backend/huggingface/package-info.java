/** The Hugging Face Hub: its URLs, redirects, tokens, digests and JSON, as read from the measured protocol reference. */
@NullMarked
package io.artifactvault.backend.huggingface;

import org.jspecify.annotations.NullMarked;
