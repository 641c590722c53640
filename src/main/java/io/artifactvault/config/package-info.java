/** Reads the YAML file into each room's own settings record and refuses what it does not know. */
@NullMarked
package io.artifactvault.config;

import org.jspecify.annotations.NullMarked;
