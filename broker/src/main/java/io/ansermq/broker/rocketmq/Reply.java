package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.RemotingCommand;

/**
 * A request of a client that waits for its answer. Made on the event loop; {@link #send} is core's.
 *
 * <p>A one-way request is answered like any other; nothing is written then.
 */
final class Reply {

    /** What core does for a request. */
    @FunctionalInterface
    interface Work {
        /** Does it and sees to it that {@code reply} is sent, now or later, once. */
        void run(Reply reply, long nowEpochMs);
    }

    private final RocketMqSession session;
    private final RemotingCommand request;

    Reply(final RocketMqSession session, final RemotingCommand request) {
        this.session = session;
        this.request = request;
    }

    /** Who asks. */
    RocketMqSession session() {
        return session;
    }

    /** The request; its body is gone. */
    RemotingCommand request() {
        return request;
    }

    /** Answers; the client hears of it when core's turn ends. Core only. */
    void send(final Answer answer) {
        session.answered(this, answer);
    }

    void ok() {
        send(Answer.OK);
    }

    void refuse(final int code, final String text) {
        send(Answer.refused(code, text));
    }
}
