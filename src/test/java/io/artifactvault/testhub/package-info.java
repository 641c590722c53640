/**
 * The world outside for tests and the demo: an origin that does as it is told, and a Hub with a CDN built on it. Needs the
 * JDK and jackson-core only.
 */
@NullMarked
package io.artifactvault.testhub;

import org.jspecify.annotations.NullMarked;
