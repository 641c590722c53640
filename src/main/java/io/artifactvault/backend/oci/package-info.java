/**
 * {@code type: oci}, {@code type: dockerhub} and {@code type: ollama}: container registries that speak the OCI
 * distribution specification, for pulls.
 */
@NullMarked
package io.artifactvault.backend.oci;

import org.jspecify.annotations.NullMarked;
