package io.artifactvault.origin;

/**
 * On whose behalf this thread sends requests. Bound by those who start tasks, and bound anew on each further thread of a task.
 *
 * @param client the address that connections are shared fairly by; {@code -} for the vault itself
 * @param cancellation ends the waits of the task
 */
public record RequestContext(String client, Cancellation cancellation) {
    public static final ScopedValue<RequestContext> CURRENT = ScopedValue.newInstance();

    /** The context of this thread's task; the vault's own, which is never cancelled, outside of tasks. */
    public static RequestContext current() {
        return CURRENT.isBound() ? CURRENT.get() : new RequestContext("-", new Cancellation());
    }
}
