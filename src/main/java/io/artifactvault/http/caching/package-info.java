/**
 * Caching rules of a shared cache: directives, freshness, validation, storability, invalidation (RFC 9111, RFC 9213).
 * Pure.
 */
@NullMarked
package io.artifactvault.http.caching;

import org.jspecify.annotations.NullMarked;
