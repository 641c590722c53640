package io.artifactvault.backend.pypi;

import java.io.IOException;

/** Receives the parts of a project's page in the order in which they are read. */
interface PageHandler {
    /** A key of the page and its JSON value, except {@code files}; {@code versions} and {@code meta} are such keys. */
    void key(String key, String json) throws IOException;

    void file(IndexFile file) throws IOException;
}
