/** Validators, preconditions and ranges of representations (RFC 9110 §8.8, §13, §14). Pure. */
@NullMarked
package io.artifactvault.http.conditional;

import org.jspecify.annotations.NullMarked;
