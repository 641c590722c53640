/**
 * The second worked example of {@code docs/development.md}: a registry with all that the vocabulary has for one. Tokens of a token
 * service, principals, errors of its own format, lifetimes that responses give, pages in two forms, content known by its digest, files at a second upstream.
 */
@NullMarked
package io.artifactvault.backend.registry;

import org.jspecify.annotations.NullMarked;
