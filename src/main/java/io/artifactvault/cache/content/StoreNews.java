package io.artifactvault.cache.content;

/**
 * Notifies the maintainers of the store about changes that the cache makes. Called on the threads of tasks and fills;
 * must not block.
 */
public interface StoreNews {
    /** Ignores all notifications. */
    StoreNews UNHEARD = new StoreNews() {
        @Override
        public void stored() {}

        @Override
        public void saved(long bytes) {}
    };

    /** Called when content was made durable, so that the store has grown. */
    void stored();

    /**
     * Called when that many bytes were not fetched because content with the announced digest was already stored under
     * another name.
     */
    void saved(long bytes);
}
