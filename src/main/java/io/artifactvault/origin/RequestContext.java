package io.artifactvault.origin;

import java.util.List;

/**
 * On whose behalf this thread sends requests. Bound by those who start tasks, and bound anew on each further thread of a task.
 *
 * @param client the address that connections are shared fairly by; {@code -} for the vault itself
 * @param cancellation ends the waits of the task
 * @param vaults those that the client's request came through, so that a circle through several of them is noticed
 */
public record RequestContext(String client, Cancellation cancellation, List<String> vaults) {
    public static final ScopedValue<RequestContext> CURRENT = ScopedValue.newInstance();

    public RequestContext(String client, Cancellation cancellation) {
        this(client, cancellation, List.of());
    }

    /** The same for a part of the task that can be cancelled by itself. */
    public RequestContext with(Cancellation other) {
        return new RequestContext(client, other, vaults);
    }

    /** The context of this thread's task; the vault's own, which is never cancelled, outside of tasks. */
    public static RequestContext current() {
        return CURRENT.isBound() ? CURRENT.get() : new RequestContext("-", new Cancellation());
    }
}
