package io.artifactvault.backend;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.conditional.ByteRange;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The resource that a request asks for, in the cache's terms: its key, who may read it, how to request it from
 * upstream, and what upstream's responses mean. Immutable and without I/O; called on event loops and on the threads of
 * tasks.
 *
 * <p>A small ecosystem implements only {@link #title}, {@link #key}, {@link #lifetime}, {@link #upstream} and
 * {@link #judge}; all other methods have defaults that suit content at a fixed address. The default {@link #scope} is
 * the safe one: upstream must permit access for each caller.
 */
public non-sealed interface Resource extends Cacheable {
    /** Whether responses may be stored at all; if not, the request is passed through. */
    default boolean isStorable() {
        return true;
    }

    /**
     * The request fields by which the backend chose between representations of this resource, such as {@code Accept};
     * empty if there is only one. {@link #key} and {@link #upstream} contain the choice in one normalised form, such as
     * the one media type to request, never the client's own spelling. The engine names the fields in the Vary of every
     * response, so that caches behind it keep the representations apart too.
     */
    default List<String> selectedBy() {
        return List.of();
    }

    /** The mutable name through which the resource is reached (a branch, a tag); empty if there is none. */
    default Optional<Name> name() {
        return Optional.empty();
    }

    /**
     * A mutable name.
     *
     * @param key under which its value is stored
     * @param ttl how long the value may be used without a request
     * @param resolvedBy the resource whose response gives the value; empty if the resource's own does
     */
    record Name(String key, Duration ttl, Optional<Resource> resolvedBy) {
        public Name(String key, Duration ttl) {
            this(key, ttl, Optional.empty());
        }
    }

    /** The same resource at the given value of its name: immutable, without a mutable name. */
    default Resource at(String value) {
        return this;
    }

    /**
     * The value of {@link #name} according to a stored response's fields, if the redirects before it did not give it.
     */
    default Optional<String> pointsTo(Fields stored) {
        return Optional.empty();
    }

    /** The snapshot that a client starts to download with this response, if any. */
    default Optional<Opening> opens() {
        return Optional.empty();
    }

    /**
     * The key prefixes of the names whose value changes when upstream carries out the request, as a push moves its
     * branch.
     */
    default List<String> moves() {
        return List.of();
    }

    /**
     * How long a stored response may be reused without a request to upstream; {@link Lifetime#FOREVER} if it cannot
     * change.
     */
    Lifetime lifetime();

    /** How long a confirmation of access remains valid if the resource gives no time. */
    Duration USUAL_ACCESS = Duration.ofMinutes(5);

    /**
     * The access that upstream must have confirmed before a byte of a stored response is sent; empty if a stored
     * response is public. The scope of a resource with a name has no definite state: use that of the resource {@link
     * #at} the name's value.
     */
    default Optional<AccessScope> scope() {
        return Optional.of(new AccessScope(key(), USUAL_ACCESS));
    }

    /**
     * The unit of access. Upstream confirms access to one state of a scope at a time: a repository's name may pass to
     * another repository, and its history may be rewritten, so that access to one commit says nothing about another.
     *
     * @param id names the content that access is granted to, such as one repository's files
     * @param state a commit, a digest, or a key whose content may change; contains no line feed
     * @param fixed whether the content of the state can never change
     * @param ttl how long a confirmation remains valid
     */
    record AccessScope(String id, String state, boolean fixed, Duration ttl) {
        /** A scope that never has more than one state. */
        public AccessScope(String id, Duration ttl) {
            this(id, "", true, ttl);
        }

        /** The key of a confirmation of the state. */
        public String stateKey() {
            return id + "\n" + state;
        }
    }

    /**
     * The scopes that a stored response declares open or closed to callers without a credential; trusted only if the
     * response was requested without one.
     */
    default List<Openness> openness(Fields stored) {
        return List.of();
    }

    record Openness(AccessScope scope, boolean toEverybody) {}

    /** The credential of {@link #upstream}, without its other parts. */
    default Optional<Credential> credential() {
        return upstream().credential();
    }

    /**
     * The caller's identity: a stored response is served to a principal to which upstream has granted access. Differs
     * from the credential if that is short-lived, such as a link; must be a value that only its owner can present,
     * because upstream never sees it.
     */
    default Optional<Credential> principal() {
        return credential();
    }

    /**
     * The facts known before upstream is contacted, such as the digest in the resource's address. Content stored under
     * that digest is served without a request to upstream if {@link #scope} allows it, and content from upstream must
     * have that digest and length.
     */
    default Optional<Facts> promised() {
        return Optional.empty();
    }

    /** Whether upstream's response to HEAD is sufficient to respond to a client's HEAD; if not, GET is sent instead. */
    default boolean answersHead() {
        return true;
    }

    /**
     * Whether HEAD is sent before GET although the client wants content: HEAD gives the length of content whose digest
     * is known, so that only the parts that clients want are requested then.
     */
    default boolean asksHeadFirst() {
        return false;
    }

    /**
     * Whether a response to HEAD is only given once the content is stored: for resources whose clients, having learned
     * the digest, rely on the content.
     */
    default boolean isAnnouncedWhole() {
        return false;
    }

    /** Whether clients get every error in {@link Backend#errors}' format, and never upstream's own content of one. */
    default boolean rewritesErrors() {
        return false;
    }

    /**
     * The meaning of upstream's responses.
     *
     * @param chain the redirects and, last, the response to judge; never empty
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
     * The party that identifies the content in a chain that {@link #judge} accepts as content. A redirect alone does
     * not prove access: it may lead to a login page.
     */
    default Naming naming(List<UpstreamAnswer> chain) {
        return Naming.UPSTREAM;
    }

    /** The party that identifies a response as the content of a resource. */
    enum Naming {
        /** Upstream itself, which thereby also states that the caller may receive it. */
        UPSTREAM,
        /** Only the digest in the resource's own address: the bytes, fetched for this caller, must prove it. */
        ADDRESS,
        /** Only a host to which upstream redirected: this confirms nothing. */
        FOREIGN
    }

    /**
     * Whether upstream may send different content to different callers at one address, so that a response to an
     * anonymous request says nothing about the content that another caller received.
     */
    default boolean differsByCaller() {
        return false;
    }

    /**
     * The fields for the client, derived from those stored with the response (or just received, if nothing is stored).
     */
    default Fields present(Fields stored, Request request) {
        return stored;
    }

    /**
     * How a body with these fields is edited before it is stored or sent; empty if its bytes stay unchanged. The engine
     * gives an edited body its own ETag.
     */
    default Optional<BodyEdit> edit(Fields received) {
        return Optional.empty();
    }

    /**
     * How the body of that response is edited; as {@link #edit(Fields)}, whose result may depend on the address that
     * finally responded, because links in the body are relative to it.
     */
    default Optional<BodyEdit> edit(UpstreamAnswer received) {
        return edit(received.fields());
    }

    /**
     * Whether a response is older than the stored one, as that of a cache of upstream's may be that has not heard of
     * the last change: the stored response is then used as if upstream had confirmed it.
     */
    default boolean isOutdated(Fields received, Fields stored) {
        return false;
    }

    /**
     * How the vault makes the content itself; empty if it is requested from upstream. Such content cannot change, and
     * {@link #judge} is not called. Only upstream's responses about its sources grant access to it: its {@link #scope}
     * is that of a source, or empty if the request was resolved by a source.
     */
    default Optional<Making> making() {
        return Optional.empty();
    }

    /**
     * How long the vault waits before it requests the content again after upstream sent content whose digest is not
     * {@link #promised}: upstream would probably send the same again. Zero for no pause.
     */
    default Duration mismatchPause() {
        return Duration.ZERO;
    }

    /**
     * Called when upstream has sent content of another digest than {@link #promised}, on the thread of its fill; never
     * blocks.
     *
     * @return the resources that may have been made from parts of that content, which are removed from the store
     */
    default List<Resource> refuted() {
        return List.of();
    }

    /**
     * How the vault makes the content of a resource from other resources, instead of requesting it from upstream. The
     * content must depend on nothing but the resource's key.
     */
    @FunctionalInterface
    interface Making {
        /**
         * Writes the content. Blocks: runs in a place that is not one of the fills' places.
         *
         * @return the fields to store with the content
         * @throws SourceChangedException if a source is no longer the one by which this resource was determined
         * @throws SourceRefusedException if the caller may not have a source, or it does not exist
         * @throws IOException if a source cannot be obtained or read; its message is sent to the client, with 502
         */
        Fields write(Sources sources, OutputStream out) throws IOException;

        /** A source was refused with a status between 400 and 499, which becomes the client's. */
        final class SourceRefusedException extends IOException {
            private final int status;
            private final transient Fields fields;

            public SourceRefusedException(Obtained refusal) {
                super("a source was refused (" + refusal.status() + ")");
                this.status = refusal.status();
                this.fields = refusal.fields();
            }

            public int status() {
                return status;
            }

            public Fields fields() {
                return fields;
            }
        }

        /** Obtains resources of the same backend for the caller. Blocks. */
        @FunctionalInterface
        interface Sources {
            /**
             * Obtains a resource as a request of that caller would.
             *
             * @param part the part of the content that is needed; empty for all of it
             * @throws IOException if the vault stops, or no client waits any more
             */
            Obtained obtain(Resource resource, Optional<ByteRange> part) throws IOException;
        }
    }

    /** Whether a range of empty content gets 200 with {@code Content-Range: bytes *}{@code /0} instead of 416. */
    default boolean answersEmptyRange() {
        return false;
    }

    /**
     * Whether a stored error has its own content; if not, only its sentence is sent, in the format of the vault's own
     * errors.
     */
    default boolean keepsErrorContent() {
        return false;
    }

    /** How long "not found" may be reused for the same caller. */
    @Override
    default Duration negativeTtl() {
        return Duration.ofSeconds(30);
    }

    /**
     * A resource from which content was to be made has changed since the request was resolved. The engine resolves the
     * request again.
     */
    final class SourceChangedException extends IOException {
        private static final long serialVersionUID = 1;

        /** @param message a clause for clients, who receive it if this happens again and again */
        public SourceChangedException(String message) {
            super(message);
        }
    }
}
