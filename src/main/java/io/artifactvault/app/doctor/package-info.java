/**
 * Inspects a client's machine and reports whether its downloads go through the vault. Runs on the command's thread;
 * changes nothing.
 */
@NullMarked
package io.artifactvault.app.doctor;

import org.jspecify.annotations.NullMarked;
