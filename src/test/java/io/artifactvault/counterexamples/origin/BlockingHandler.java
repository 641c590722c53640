package io.artifactvault.counterexamples.origin;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Waits in every way that a channel handler must not. */
class BlockingHandler extends ChannelInboundHandlerAdapter {
    private volatile boolean ready;

    void sleeps() throws InterruptedException {
        Thread.sleep(1);
    }

    void waits(Object monitor) throws InterruptedException {
        synchronized (monitor) {
            while (!ready) {
                monitor.wait();
            }
        }
    }

    Object getsAnyFuture(Future<String> future) throws Exception {
        return future.get();
    }

    Object gets(CompletableFuture<String> future) throws Exception {
        return future.get();
    }

    Object joins(CompletableFuture<String> future) {
        return future.join();
    }

    void awaits(CountDownLatch latch) throws InterruptedException {
        latch.await();
    }

    Object takes(BlockingQueue<String> queue) throws InterruptedException {
        return queue.take();
    }

    void acquires(Semaphore semaphore) throws InterruptedException {
        semaphore.acquire();
    }

    ChannelFuture syncs(ChannelFuture future) throws InterruptedException {
        return future.sync();
    }

    io.netty.util.concurrent.Future<String> awaitsNetty(io.netty.util.concurrent.Future<String> future)
            throws InterruptedException {
        return future.await();
    }

    boolean looksAtAFile(Path path) {
        return Files.exists(path);
    }

    Object asksADatabase() throws SQLException {
        return DriverManager.getConnection("jdbc:none");
    }

    Function<CompletableFuture<String>, String> byReference() {
        return CompletableFuture::join;
    }

    Function<CompletableFuture<String>, String> inALambda() {
        return future -> future.isDone() ? "" : future.join();
    }
}
