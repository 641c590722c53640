package io.artifactvault.store;

/** When stored content is checked against its checksums before it is served. */
public enum Verify {
    /** The vault checks content at the first read after each startup. */
    START,
    /** The vault checks content at every read. */
    ALWAYS,
    /** The vault checks content only in the scrubber and on demand. */
    NEVER
}
