/**
 * Names and addresses of origins: resolution, the order of attempts (RFC 8305), and the guard against private networks.
 */
@NullMarked
package io.artifactvault.origin.address;

import org.jspecify.annotations.NullMarked;
