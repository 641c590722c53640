/** Decorators of an origin, each with one rule: retry, circuit breaker, rate limits, hedges, bounds and loop marks. */
@NullMarked
package io.artifactvault.origin.policy;

import org.jspecify.annotations.NullMarked;
