package io.artifactvault.store;

/** When stored content is checked against its checksums before it is served. */
public enum Verify {
    /** At the first read after each startup. */
    START,
    /** At every read. */
    ALWAYS,
    /** Only by the scrubber and on demand. */
    NEVER
}
