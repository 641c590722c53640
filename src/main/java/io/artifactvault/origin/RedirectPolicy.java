package io.artifactvault.origin;

/**
 * How far redirects are followed.
 *
 * @param most redirects per request; one more is TOO_MANY_REDIRECTS
 * @param privateAllowed whether a redirect to another origin may lead to a loopback, private or link-local address; the
 *     origin of the first request keeps that request's own permission
 */
public record RedirectPolicy(int most, boolean privateAllowed) {}
