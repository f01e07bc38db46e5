package io.ansermq.namesrv;

import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import org.jspecify.annotations.Nullable;

/**
 * Hands the requests of one connection to the loop and its answers back, in order. Confined to the connection's event
 * loop.
 *
 * <p>What waits for the loop is limited: beyond it the connection is not read until half of that is answered.
 */
final class NameServerConnection implements ConnectionHandler {

    private static final int MAX_WAITING = 64;
    private static final long MAX_WAITING_BYTES = 1 << 20;

    private final NameServer nameServer;
    private int waiting;
    private long waitingBytes;
    private boolean paused;

    NameServerConnection(final NameServer nameServer) {
        this.nameServer = nameServer;
    }

    @Override
    public void onCommand(final Connection connection, final RemotingCommand command) {
        if (command.isResponse()) {
            command.release();
            return;
        }
        final int bytes = command.body().readableBytes();
        waiting++;
        waitingBytes += bytes;
        if (!paused && (waiting >= MAX_WAITING || waitingBytes >= MAX_WAITING_BYTES)) {
            paused = true;
            connection.setAutoRead(false);
        }
        nameServer.execute((table, nowNs) -> {
            try {
                final RemotingCommand answer = nameServer.answer(command, connection, nowNs);
                if (!command.isOneWay()) {
                    connection.write(answer);
                }
            } finally {
                command.release();
                connection.execute(() -> answered(connection, bytes));
            }
        });
    }

    @Override
    public void onClosed(final Connection connection, final @Nullable Throwable cause) {
        nameServer.execute((table, nowNs) -> table.ownerGone(connection));
    }

    private void answered(final Connection connection, final int bytes) {
        waiting--;
        waitingBytes -= bytes;
        if (paused && waiting <= MAX_WAITING / 2 && waitingBytes <= MAX_WAITING_BYTES / 2) {
            paused = false;
            connection.setAutoRead(true);
        }
    }
}
