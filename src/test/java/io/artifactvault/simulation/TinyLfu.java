package io.artifactvault.simulation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** W-TinyLFU by weight in KiB, as Caffeine does it. */
final class TinyLfu implements Candidate {
    private final Cache<Integer, Access> files;

    TinyLfu(long limit) {
        files = Caffeine.newBuilder()
                .maximumWeight(limit / 1024)
                .weigher((Integer _, Access access) -> (int) (1 + access.size() / 1024))
                .executor(Runnable::run)
                .build();
    }

    @Override
    public boolean access(Access access) {
        boolean hit = files.getIfPresent(access.file()) != null;
        if (!hit) {
            files.put(access.file(), access);
        }
        return hit;
    }
}
