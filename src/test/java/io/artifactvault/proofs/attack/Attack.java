package io.artifactvault.proofs.attack;

/** One way to make a vault hold more than it has. Used once, on a thread of its own. */
public interface Attack {
    /** What is done, in a few words. */
    String name();

    /** Settings of {@code cache} that the attack is about; empty for none. */
    default String cacheSettings() {
        return "";
    }

    /** Whether stored files may go for space. */
    default boolean evicts() {
        return false;
    }

    /** Whether the Hub is down while it lasts. */
    default boolean hubIsAway() {
        return false;
    }

    /**
     * Whether it leaves room for a client of another address, who must then be answered while it lasts. Several addresses
     * together may take all connections there are.
     */
    default boolean leavesRoom() {
        return true;
    }

    /** Attacks, and holds for a while what it opened; the stage closes it. What it finds out it says to the stage. */
    void run(AttackStage stage) throws Exception;
}
