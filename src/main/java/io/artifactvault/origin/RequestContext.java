package io.artifactvault.origin;

import java.util.List;

/**
 * The client and task for which this thread sends requests. Bound by the code that starts a task, and again on each
 * further thread of that task.
 *
 * @param client the client address, by which connections are shared fairly; {@code -} for the vault itself
 * @param cancellation cancels the task wherever it waits
 * @param vaults the vaults that the client's request passed through, so that a loop through several of them is detected
 */
public record RequestContext(String client, Cancellation cancellation, List<String> vaults) {
    public static final ScopedValue<RequestContext> CURRENT = ScopedValue.newInstance();

    public RequestContext(String client, Cancellation cancellation) {
        this(client, cancellation, List.of());
    }

    /** A copy for a part of the task that can be cancelled separately. */
    public RequestContext with(Cancellation other) {
        return new RequestContext(client, other, vaults);
    }

    /** The context of this thread's task; outside of tasks that of the vault itself, which is never cancelled. */
    public static RequestContext current() {
        return CURRENT.isBound() ? CURRENT.get() : new RequestContext("-", new Cancellation());
    }
}
