package io.ansermq.remoting.protocol;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a connection begins, lives and ends, and the answers that any request may have. */
public sealed interface ConnectionHeader extends ControlHeader {

    /**
     * C to B, first on every connection; answered by {@link Connected} or {@link Failure}, or by {@link Challenge} when it
     * names a user. The password never travels; the field is there for what may come and must be null.
     *
     * <p>A client that means to come back names its {@code session}, a text of its choice that nobody can guess. A connection
     * that names the session of another one takes its place: that one ends before this is answered.
     */
    record Connect(
            int protocolVersion,
            String clientName,
            @Nullable String clientId,
            @Nullable String user,
            @Nullable String password,
            @Nullable String session)
            implements ConnectionHeader {
        public static final int CODE = 0x5001;

        /** For a client that does not come back. */
        public Connect(
                final int protocolVersion,
                final String clientName,
                final @Nullable String clientId,
                final @Nullable String user,
                final @Nullable String password) {
            this(protocolVersion, clientName, clientId, user, password, null);
        }

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C. {@code sendWindowBytes} is the most encoded bytes of unanswered sends the client may have in flight;
     * {@code heartbeatMs} the longest silence either side accepts is three times this.
     * {@code incarnation}, not negative, is a number that no other broker and no other run of this one has.
     * {@code serverProof} shows a client that has logged in that the broker knows its password's keys ({@code Scram}).
     * {@code run} is the number of this life of the broker, for {@link ResumeHeader.AcknowledgeAgain}.
     */
    record Connected(
            int protocolVersion,
            String brokerName,
            long connectionId,
            int maxMessageBytes,
            int sendWindowBytes,
            int heartbeatMs,
            long incarnation,
            @Nullable String serverProof,
            long run)
            implements ConnectionHeader {
        public static final int CODE = 0x5002;

        /** Of a broker that does not say which of its lives this is. */
        public Connected(
                final int protocolVersion,
                final String brokerName,
                final long connectionId,
                final int maxMessageBytes,
                final int sendWindowBytes,
                final int heartbeatMs,
                final long incarnation,
                final @Nullable String serverProof) {
            this(
                    protocolVersion,
                    brokerName,
                    connectionId,
                    maxMessageBytes,
                    sendWindowBytes,
                    heartbeatMs,
                    incarnation,
                    serverProof,
                    0);
        }

        /** For a client that has not named a user, and so has nothing to compare a proof with. */
        public Connected(
                final int protocolVersion,
                final String brokerName,
                final long connectionId,
                final int maxMessageBytes,
                final int sendWindowBytes,
                final int heartbeatMs,
                final long incarnation) {
            this(
                    protocolVersion,
                    brokerName,
                    connectionId,
                    maxMessageBytes,
                    sendWindowBytes,
                    heartbeatMs,
                    incarnation,
                    null);
        }

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: the request with this opaque number was carried out and has nothing else to say. */
    record Done() implements ConnectionHeader {
        public static final int CODE = 0x5010;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: the request with this opaque number was refused; {@code error} is one of {@link ErrorCodes}. */
    record Failure(int error, String text) implements ConnectionHeader {
        public static final int CODE = 0x5011;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** Either side, when nothing else was sent for the heartbeat interval; answered by {@link Pong}. */
    record Ping() implements ConnectionHeader {
        public static final int CODE = 0x5012;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** The answer to {@link Ping}. */
    record Pong() implements ConnectionHeader {
        public static final int CODE = 0x5013;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: how the broker is; answered by {@link Status}. */
    record GetStatus() implements ConnectionHeader {
        public static final int CODE = 0x5014;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * One destination of a {@link Status}. {@code backlog} counts messages not yet acknowledged by some subscription.
     */
    record DestinationStatus(
            DestinationKind kind,
            String name,
            long backlog,
            long inFlight,
            int consumers,
            long messagesIn,
            long messagesOut) {}

    /** B to C: figures by name (in display order) and the destinations. */
    record Status(Map<String, String> figures, List<DestinationStatus> destinations) implements ConnectionHeader {
        public static final int CODE = 0x5015;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to name server: the brokers that serve a destination (or any, when null); answered by {@link Routes}. */
    record GetRoutes(@Nullable String topic) implements ConnectionHeader {
        public static final int CODE = 0x5016;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** Name server to C: {@code host:port} of the brokers, best first. A broker answers with itself. */
    record Routes(List<String> brokers) implements ConnectionHeader {
        public static final int CODE = 0x5017;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: an orderly goodbye; the broker settles what it has, answers {@link Done} and closes. */
    record Disconnect() implements ConnectionHeader {
        public static final int CODE = 0x5018;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: answers the {@link Connect} of a user: what to compute the proof with, see {@code Scram}. */
    record Challenge(String salt, int iterations, String nonce) implements ConnectionHeader {
        public static final int CODE = 0x502B;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: the proof that the user knows the password; answered by {@link Connected} or {@link Failure}. */
    record Prove(String nonce, String proof) implements ConnectionHeader {
        public static final int CODE = 0x502C;

        @Override
        public int code() {
            return CODE;
        }
    }
}
