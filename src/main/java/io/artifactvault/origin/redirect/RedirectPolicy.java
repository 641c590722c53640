package io.artifactvault.origin.redirect;

import io.artifactvault.http.PrivateTargets;

/**
 * How far redirects are followed.
 *
 * @param most maximum number of redirects per request; one more fails with TOO_MANY_REDIRECTS
 * @param privateTargets the loopback, private and link-local addresses to which a redirect to another origin may lead;
 *     the origin of the first request keeps that request's own permission
 */
public record RedirectPolicy(int most, PrivateTargets privateTargets) {}
