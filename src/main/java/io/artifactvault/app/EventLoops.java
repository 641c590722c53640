package io.artifactvault.app;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The event loops that clients and origins share: epoll if available, otherwise NIO. */
record EventLoops(
        EventLoopGroup group, Class<? extends SocketChannel> socketType, Class<? extends ServerChannel> listenerType)
        implements AutoCloseable {
    private static final String WORK_DIR = "io.netty.native.workdir";

    /**
     * Starts the event loops. Netty unpacks its native library too, and deletes it once it is loaded.
     *
     * @param nativeLibraries the folder from which SQLite's library was loaded, if that worked; Netty then uses it as
     *     well, because the temp folder may not permit native libraries
     */
    static EventLoops start(Path nativeLibraries) {
        if (System.getProperty(WORK_DIR) == null
                && nativeLibraries.toString().equals(System.getProperty("org.sqlite.lib.path"))) {
            System.setProperty(WORK_DIR, nativeLibraries.toString());
        }
        return Epoll.isAvailable()
                ? new EventLoops(
                        group(EpollIoHandler.newFactory()), EpollSocketChannel.class, EpollServerSocketChannel.class)
                : new EventLoops(
                        group(NioIoHandler.newFactory()), NioSocketChannel.class, NioServerSocketChannel.class);
    }

    private static EventLoopGroup group(IoHandlerFactory io) {
        return new MultiThreadIoEventLoopGroup(io);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
