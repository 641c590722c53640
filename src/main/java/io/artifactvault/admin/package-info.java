/** The endpoints for operators on the admin port. */
@NullMarked
package io.artifactvault.admin;

import org.jspecify.annotations.NullMarked;
