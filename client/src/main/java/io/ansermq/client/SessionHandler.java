package io.ansermq.client;

import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.SendingHeader;
import io.ansermq.remoting.protocol.SharedQueueHeader;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What arrives on a connection, taken to the part of the session that it concerns. A broker that breaks the protocol is
 * not argued with: a {@link MalformedFrameException} makes the transport close the connection.
 *
 * <p>Called by the event loop. The session comes to be only when the broker has accepted the connection, so it is
 * attached later and by another thread; whichever of {@link #attach} and {@link #onClosed} comes second tells it of the
 * end.
 */
final class SessionHandler implements ConnectionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);

    private volatile @Nullable BrokerSession session;
    private volatile @Nullable Link link;
    private volatile @Nullable End end;

    private record End(@Nullable Throwable cause) {}

    /** From now on everything goes to {@code newSession}; it hears as well if the connection is gone already. */
    void attach(final BrokerSession newSession, final Link newLink) {
        link = newLink;
        session = newSession;
        final End known = end;
        if (known != null) {
            newSession.connectionClosed(newLink, known.cause());
        }
    }

    @Override
    public void onCommand(final Connection connection, final RemotingCommand command) {
        try {
            final BrokerSession current = session;
            if (current != null) {
                dispatch(current, connection, command);
            } else {
                unexpected(connection, command);
            }
        } finally {
            command.release();
        }
    }

    private static void dispatch(
            final BrokerSession session, final Connection connection, final RemotingCommand command) {
        final ControlHeader header = command.control();
        if (header instanceof ConsumingHeader.Deliver deliver) {
            final Subscriber subscriber = session.subscribers().get(deliver.consumer());
            // Without one it was closed while this was on its way.
            if (subscriber != null) {
                subscriber.deliver(deliver.firstTag(), deliver.count(), command.body());
            }
        } else if (header instanceof ConsumingHeader.Skipped skipped) {
            final Subscriber subscriber = session.subscribers().get(skipped.consumer());
            if (subscriber != null) {
                subscriber.skip(skipped.tag());
            }
        } else if (header instanceof SharedQueueHeader.CheckTransaction question) {
            session.listeners().check(question, command.body());
        } else if (header instanceof SendingHeader.SendDone done) {
            session.sender().settled(done.upToSequence());
        } else if (header instanceof SendingHeader.SendFailed failed) {
            if (failed.error() == ErrorCodes.DESTINATION) {
                session.forgetDestinations();
            }
            session.sender().refused(failed);
        } else {
            if (header instanceof ConnectionHeader.Failure failure
                    && command.opaque() == 0
                    && failure.error() == ErrorCodes.SHUTTING_DOWN) {
                session.subscribers().giveBackUnseen();
            }
            unexpected(connection, command);
        }
    }

    /** An answer may be late, its asker having given up; anything else a broker does not send. */
    private static void unexpected(final Connection connection, final RemotingCommand command) {
        if (command.control() instanceof ConnectionHeader.Failure failure && command.opaque() == 0) {
            // What a broker says unasked is why it ends the connection.
            LOG.warn("{} says: {}", connection.remote(), failure.text());
            connection.close("the broker says: " + failure.text());
        } else if (command.isResponse()) {
            LOG.debug("{} answered too late: {}", connection.remote(), command);
        } else {
            throw new MalformedFrameException("unexpected " + command);
        }
    }

    @Override
    public void onClosed(final Connection connection, final @Nullable Throwable cause) {
        end = new End(cause);
        final BrokerSession current = session;
        final Link ours = link;
        if (current != null && ours != null) {
            current.connectionClosed(ours, cause);
        }
    }
}
