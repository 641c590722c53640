package io.artifactvault.proofs;

/** One promise, tried out. Runs on the main thread, may block, and ends every process and mount that it began. */
@FunctionalInterface
interface Proof {
    void run(Trial trial) throws Exception;
}
