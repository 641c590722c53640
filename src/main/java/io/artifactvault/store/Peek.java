package io.artifactvault.store;

import java.util.Optional;

/** The result of a lookup in memory alone: the value, that there is none, or that memory does not know. */
public sealed interface Peek<T> {
    record Found<T>(T value) implements Peek<T> {}

    record Absent<T>() implements Peek<T> {}

    record Unknown<T>() implements Peek<T> {}

    static <T> Peek<T> of(Optional<T> value) {
        return value.<Peek<T>>map(Found::new).orElseGet(Absent::new);
    }
}
