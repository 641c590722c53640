package io.artifactvault.origin.redirect;

import io.artifactvault.http.PrivateTargets;

/**
 * How far redirects are followed.
 *
 * @param most redirects per request; one more is TOO_MANY_REDIRECTS
 * @param privateTargets to which loopback, private and link-local addresses a redirect to another origin may lead; the
 *     origin of the first request keeps that request's own permission
 */
public record RedirectPolicy(int most, PrivateTargets privateTargets) {}
