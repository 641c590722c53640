package io.artifactvault.store;

import java.util.Optional;

/** What memory knows without asking the disk: the value, that there is none, or nothing at all. */
public sealed interface Peek<T> {
    record Found<T>(T value) implements Peek<T> {}

    record Absent<T>() implements Peek<T> {}

    record Unknown<T>() implements Peek<T> {}

    static <T> Peek<T> of(Optional<T> value) {
        return value.<Peek<T>>map(Found::new).orElseGet(Absent::new);
    }
}
