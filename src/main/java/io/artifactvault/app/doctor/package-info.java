/** Looks at a client's machine and says whether its downloads pass the vault. Runs on the command's thread; changes nothing. */
@NullMarked
package io.artifactvault.app.doctor;

import org.jspecify.annotations.NullMarked;
