/**
 * Python distributions: the names of projects, versions and files (PEP 427, 440, 503), and the metadata in wheels.
 * Knows neither indexes nor the cache.
 */
@NullMarked
package io.artifactvault.backend.pypi.dist;

import org.jspecify.annotations.NullMarked;
