package io.artifactvault.app.cli;

import io.artifactvault.config.ConfigException;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.Damage;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.disk.VaultLock;
import io.artifactvault.store.disk.VaultRefusedException;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import io.artifactvault.store.upkeep.IndexView;
import io.artifactvault.store.upkeep.Verification;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cache folder as the {@code vault cache} commands open it: exclusively when no vault is running on it, otherwise
 * read-only. Confined to one thread.
 */
final class OpenedCache implements AutoCloseable {
    private final StoreSettings settings;
    private final @Nullable Own own;
    private final IndexView view;

    /** A folder that this command holds exclusively; opening it migrates an older format. */
    private record Own(VaultLock lock, SqliteEntryIndex index) {}

    private OpenedCache(StoreSettings settings, @Nullable Own own, IndexView view) {
        this.settings = settings;
        this.own = own;
        this.view = view;
    }

    /** @throws ConfigException when no vault has used the folder as a cache; nothing is created there */
    static OpenedCache open(StoreSettings settings) throws IOException, ConfigException {
        if (!new VaultLayout(settings.dir()).isCache()) {
            throw new ConfigException(settings.dir().toAbsolutePath().normalize()
                    + " is not the cache folder of a vault; pass the folder that cache.dir names.");
        }
        Own own = takeIfFree(settings);
        try {
            return new OpenedCache(settings, own, IndexView.open(settings.dir()));
        } catch (IOException | RuntimeException e) {
            close(own);
            throw e;
        }
    }

    private static @Nullable Own takeIfFree(StoreSettings settings) throws IOException {
        VaultLock lock;
        try {
            lock = VaultLock.take(settings.dir());
        } catch (VaultRefusedException e) {
            return null;
        }
        try {
            return new Own(lock, SqliteEntryIndex.open(settings));
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    IndexView view() {
        return view;
    }

    boolean isInUse() {
        return own == null;
    }

    /** @param what the effect that requires a stopped vault, such as "the command can evict" */
    SqliteEntryIndex mustNotBeInUse(String what) throws ConfigException {
        if (own == null) {
            throw new ConfigException(
                    "A vault is running on " + settings.dir().toAbsolutePath().normalize() + "; " + what
                            + " only while the vault is stopped. A running vault does this by itself.");
        }
        return own.index;
    }

    void repair(List<Damage> damaged) throws IOException, ConfigException {
        SqliteEntryIndex index = mustNotBeInUse("--repair can change the folder");
        try (FileBlobStore blobs = FileBlobStore.open(settings)) {
            blobs.keep(index.pins()::isPinned);
            Verification.repair(damaged, index, blobs);
        }
    }

    @Override
    public void close() throws IOException {
        view.close();
        close(own);
    }

    private static void close(@Nullable Own own) throws IOException {
        if (own != null) {
            own.index.close();
            own.lock.close();
        }
    }
}
