package io.ansermq.remoting.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.RemotingCommand;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Remembers what happened on a connection, and does what the test says with each command. */
final class RecordingHandler implements ConnectionHandler, Function<Connection, ConnectionHandler> {

    final CompletableFuture<Connection> opened = new CompletableFuture<>();
    final CompletableFuture<Closed> closed = new CompletableFuture<>();
    final Queue<Boolean> writable = new ConcurrentLinkedQueue<>();
    final AtomicInteger commands = new AtomicInteger();
    final AtomicInteger readsCompleted = new AtomicInteger();
    private final AtomicInteger closings = new AtomicInteger();
    private final BiConsumer<Connection, RemotingCommand> onCommand;

    /** The command's body is released after {@code onCommand}. */
    RecordingHandler(final BiConsumer<Connection, RemotingCommand> onCommand) {
        this.onCommand = onCommand;
    }

    static RecordingHandler ignoring() {
        return new RecordingHandler((connection, command) -> {});
    }

    @Override
    public ConnectionHandler apply(final Connection connection) {
        assertThat(connection.inEventLoop()).isTrue();
        opened.complete(connection);
        return this;
    }

    @Override
    public void onCommand(final Connection connection, final RemotingCommand command) {
        commands.incrementAndGet();
        try {
            onCommand.accept(connection, command);
        } finally {
            command.release();
        }
    }

    @Override
    public void onReadComplete(final Connection connection) {
        readsCompleted.incrementAndGet();
    }

    @Override
    public void onWritable(final Connection connection, final boolean isWritable) {
        writable.add(isWritable);
    }

    @Override
    public void onClosed(final Connection connection, final @Nullable Throwable cause) {
        if (closings.incrementAndGet() > 1) {
            throw new AssertionError("closed twice");
        }
        closed.complete(new Closed(connection.closeReason(), cause));
    }

    Connection connection() {
        return opened.orTimeout(30, TimeUnit.SECONDS).join();
    }

    Closed awaitClosed() {
        return closed.orTimeout(30, TimeUnit.SECONDS).join();
    }

    record Closed(String reason, @Nullable Throwable cause) {}
}
