package io.artifactvault.counterexamples.cache;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

final class CacheUsesNetty {
    @Nullable
    Channel broken;
}
