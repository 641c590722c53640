/** Reads the YAML file into the settings record of each package and rejects unknown settings. */
@NullMarked
package io.artifactvault.config;

import org.jspecify.annotations.NullMarked;
