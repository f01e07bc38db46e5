package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.RemotingCommand;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger LOG = LoggerFactory.getLogger(Reply.class);

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

    /**
     * Goes on with the request: what one client asks for must not stop the broker for all others, whatever comes of it.
     * What it throws is the client's answer. Core only.
     *
     * @param whenFailed what to return then
     */
    <T> T guarded(final Supplier<T> work, final T whenFailed) {
        try {
            return work.get();
        } catch (final RefusedException e) {
            refuse(e.code(), e.text());
        } catch (final IllegalArgumentException e) {
            refuse(ResponseCodes.SYSTEM_ERROR, String.valueOf(e.getMessage()));
        } catch (final RuntimeException e) {
            LOG.error("request {} of {} failed", request, session.remote(), e);
            refuse(ResponseCodes.SYSTEM_ERROR, "the broker could not carry this out: " + e);
        }
        return whenFailed;
    }

    /** As {@link #guarded(Supplier, Object)}. */
    void guarded(final Runnable work) {
        final boolean unused = guarded(
                () -> {
                    work.run();
                    return true;
                },
                false);
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
