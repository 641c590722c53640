package io.artifactvault.cache.fetch;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.upstream.UpstreamHead;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The subject of one {@link Fetch}: builds the request, supplies the rules for its response, and carries out each
 * ruling. Confined to the fetch's thread.
 *
 * <p>The methods that carry out a ruling complete the {@link #outcome}, or return false if the response did not
 * determine it.
 */
interface FetchSubject {
    /** The name of the subject in logs; contains no credential and no query. */
    String title();

    CompletableFuture<FetchOutcome> outcome();

    /** The requested resource. */
    Cacheable resource();

    /** The request of this attempt. */
    OriginRequest request();

    /** Whether a redirect need not be followed, because it contains all required information. */
    boolean isEnough(List<Hop> hops);

    /** Records information from a response that is independent of the ruling. */
    void received(UpstreamHead head);

    /** The rules for the response to this attempt. */
    ResponseRules rules();

    boolean confirm(Ruling.Confirm ruling, UpstreamHead head) throws OriginException;

    boolean keep(Ruling.Keep ruling, UpstreamHead head, Arrival arrival) throws OriginException;

    boolean pass(Ruling.Pass ruling, UpstreamHead head, Arrival arrival) throws OriginException;

    boolean refuse(Ruling.Refuse ruling, Arrival arrival) throws OriginException;

    boolean unavailable(Ruling.Unavailable ruling, Arrival arrival) throws OriginException;

    /** Ensures that the stored response is not used again. */
    void forgetStored();

    /** Omits the conditions on the stored response from the next attempt. */
    void dropConditions();

    /** Prepares the next attempt; returns false if there is none. */
    boolean askAgain();
}
