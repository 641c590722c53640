package io.artifactvault.backend;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The resource that a request asks for, in the cache's terms: its key, who may read it, how to request it from
 * upstream, and what upstream's responses mean. Immutable and without I/O; called on event loops and on the threads of
 * tasks.
 *
 * <p>A small ecosystem implements only {@link #title}, {@link #key}, {@link #lifetime}, {@link #upstream} and {@link
 * #judge}; all other methods have defaults that suit content at a fixed address. The default {@link #scope} is the safe
 * one: upstream must permit access for each caller.
 */
public non-sealed interface Resource extends Cacheable {
    /** Whether answers may be kept at all; if not, the request passes through. */
    default boolean isStorable() {
        return true;
    }

    /** The mutable name through which this is reached (a branch, a tag), empty when there is none. */
    default Optional<Name> name() {
        return Optional.empty();
    }

    /**
     * A mutable name.
     *
     * @param key under which its value is kept
     * @param ttl how long the value may be used without asking
     * @param teller whose answer tells the value; empty when the resource's own does
     */
    record Name(String key, Duration ttl, Optional<Resource> teller) {
        public Name(String key, Duration ttl) {
            this(key, ttl, Optional.empty());
        }
    }

    /** The same resource at the value of its name: immutable, without a name of its own. */
    default Resource at(String value) {
        return this;
    }

    /** The value of {@link #name} that a kept answer's fields tell, where the redirects before it did not. */
    default Optional<String> pointsTo(Fields stored) {
        return Optional.empty();
    }

    /** The snapshot that a client begins to fetch with this answer, if it does. */
    default Optional<Opening> opens() {
        return Optional.empty();
    }

    /** How the keys of those names begin that mean something else once upstream has carried the request out: a push moves its branch. */
    default List<String> moves() {
        return List.of();
    }

    /** How long a stored answer may be reused without asking; {@link Lifetime#FOREVER} for what cannot change. */
    Lifetime lifetime();

    Duration FOREVER = Duration.ofDays(36_500);

    /** How long a confirmation of access holds that no resource gives a time of its own. */
    Duration USUAL_ACCESS = Duration.ofMinutes(5);

    /**
     * The access that upstream must have confirmed before a byte of a stored answer is sent; empty when a stored answer is for
     * everybody. Of a name the scope says nothing about states: ask the resource {@link #at} its value.
     */
    default Optional<AccessScope> scope() {
        return Optional.of(new AccessScope(key(), USUAL_ACCESS));
    }

    /**
     * Who may see what. Upstream confirms access to one state of a scope at a time: a repository's name may become another's, and
     * its history may be rewritten, so that access to one commit says nothing about another.
     *
     * @param id names what access is given to, such as one repository's files
     * @param state a commit or a digest, or a key whose content moves; holds no line feed
     * @param fixed whether the state can never have other content
     * @param ttl how long a confirmation holds
     */
    record AccessScope(String id, String state, boolean fixed, Duration ttl) {
        /** A scope of which only one state ever exists. */
        public AccessScope(String id, Duration ttl) {
            this(id, "", true, ttl);
        }

        /** Under which a confirmation of the state is kept. */
        public String stateKey() {
            return id + "\n" + state;
        }
    }

    /** Scopes of which a kept answer says whether they are open to everybody; believed only without a credential. */
    default List<Openness> tells(Fields stored) {
        return List.of();
    }

    record Openness(AccessScope scope, boolean toEverybody) {}

    /** On whose behalf: the credential of {@link #upstream}, told without the rest of it. */
    default Optional<Credential> credential() {
        return upstream().credential();
    }

    /**
     * Who the caller is: what is stored is given to a principal that upstream let have it. Another than the credential where that is
     * short-lived, such as a link; must be something that only its owner can present, because upstream never sees it.
     */
    default Optional<Credential> principal() {
        return credential();
    }

    /**
     * What it is known to be before upstream is asked, such as the digest in its address. Content that is stored under that digest is
     * served without asking where {@link #scope} allows it, and what upstream gives must have that digest and length.
     */
    default Optional<Facts> promised() {
        return Optional.empty();
    }

    /** Whether HEAD is enough to learn everything about it; else GET is sent even for a client's HEAD. */
    default boolean answersHead() {
        return true;
    }

    /**
     * What upstream's answers mean.
     *
     * @param chain the redirects and, last, the answer to judge; never empty
     */
    Verdict judge(List<UpstreamAnswer> chain);

    @Override
    default Optional<TokenRequest> wantedToken(List<UpstreamAnswer> chain) {
        return judge(chain) instanceof Verdict.Challenge(TokenRequest wanted, Verdict.Final _)
                ? Optional.of(wanted)
                : Optional.empty();
    }

    @Override
    default String tokenScope() {
        return scope().map(AccessScope::id).orElseGet(this::key);
    }

    /**
     * Whose word for the content there is in a chain that {@link #judge} takes for content. Being redirected is not being let in: a
     * login page is behind a redirect, too.
     */
    default Naming naming(List<UpstreamAnswer> chain) {
        return Naming.UPSTREAM;
    }

    /** Who says that an answer is the content of a resource. */
    enum Naming {
        /** Upstream itself, so that it also says that the caller may have it. */
        UPSTREAM,
        /** Only the digest in the resource's own address: the bytes, fetched for this caller, must prove it. */
        ADDRESS,
        /** Only a host to which upstream redirected: nothing is confirmed. */
        FOREIGN
    }

    /** The fields for the client, from those kept with the answer (or just received, when nothing is kept). */
    default Fields present(Fields stored, Request request) {
        return stored;
    }

    /**
     * How a body under these fields is changed before it is kept or sent; empty when its bytes stay as they are. The engine gives an
     * edited body an ETag of its own.
     */
    default Optional<BodyEdit> edit(Fields received) {
        return Optional.empty();
    }

    /** Whether a range of empty content gets 200 with {@code Content-Range: bytes *}{@code /0} instead of 416. */
    default boolean answersEmptyRange() {
        return false;
    }

    /** Whether a kept error has content of its own; else its sentence is told as the vault's own errors are. */
    default boolean keepsErrorContent() {
        return false;
    }

    /** How long "not found" may be reused for the same caller. */
    @Override
    default Duration negativeTtl() {
        return Duration.ofSeconds(30);
    }
}
