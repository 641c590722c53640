package io.artifactvault.backend;

import java.util.function.LongSupplier;

/**
 * Something that a backend counts for operators.
 *
 * @param name in words with dots, such as {@code vault.pypi.pages.refused}; the same for all backends of a type
 * @param description in one line
 * @param value since startup; never blocks, safe for use by many threads
 */
public record Counter(String name, String description, LongSupplier value) {}
