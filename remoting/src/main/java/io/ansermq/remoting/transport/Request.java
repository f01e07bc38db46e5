package io.ansermq.remoting.transport;

import io.ansermq.remoting.protocol.RemotingCommand;
import java.util.concurrent.CompletableFuture;

/** A request under way; completes with its answer. Thread safe. */
final class Request extends CompletableFuture<RemotingCommand> {

    private final RemotingCommand command;
    private final long timeoutMs;
    private final long deadlineNs;

    Request(final RemotingCommand command, final long timeoutMs, final long deadlineNs) {
        this.command = command;
        this.timeoutMs = timeoutMs;
        this.deadlineNs = deadlineNs;
    }

    RemotingCommand command() {
        return command;
    }

    long timeoutMs() {
        return timeoutMs;
    }

    long deadlineNs() {
        return deadlineNs;
    }

    /** Completes with the answer, or releases it when nobody waits any more. */
    void answer(final RemotingCommand answer) {
        if (!complete(answer)) {
            answer.release();
        }
    }
}
