/** The index in SQLite: tables, transactions, and a write-behind table, so that no reader waits for the disk. */
@NullMarked
package io.artifactvault.store.sqlite;

import org.jspecify.annotations.NullMarked;
