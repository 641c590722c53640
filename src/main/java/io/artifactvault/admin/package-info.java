/** What an operator asks on the admin port. */
@NullMarked
package io.artifactvault.admin;

import org.jspecify.annotations.NullMarked;
