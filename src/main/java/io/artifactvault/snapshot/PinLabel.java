package io.artifactvault.snapshot;

import io.artifactvault.backend.SnapshotName;
import io.artifactvault.store.index.Pins;
import java.util.Optional;

/** The label under which a snapshot is pinned: the backend, the repository and the commit. */
final class PinLabel {
    private PinLabel() {}

    static String repository(String backend, SnapshotName at) {
        return backend + " " + at.place();
    }

    static boolean matches(Pins.Pin pin, String backend, SnapshotName at) {
        return pin.repository().equals(repository(backend, at))
                && pin.revision().equals(at.revision());
    }

    /** The pinned snapshot; empty if the pin is for another backend, or not for a snapshot. */
    static Optional<SnapshotName> snapshot(Pins.Pin pin, String backend) {
        String[] place = pin.repository().startsWith(backend + " ")
                ? pin.repository().substring(backend.length() + 1).split("/", 2)
                : new String[0];
        return place.length == 2 ? Optional.of(new SnapshotName(place[0], place[1], pin.revision())) : Optional.empty();
    }
}
