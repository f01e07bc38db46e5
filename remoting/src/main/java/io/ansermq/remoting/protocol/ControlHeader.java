package io.ansermq.remoting.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The control headers of AnserMQ's own client protocol: what stands between the frame length and the body of a
 * {@link RemotingCommand} whose serialisation type is {@link SerializeType#KRYO}.
 *
 * <p>Each header is an immutable value with a fixed code, which is its Kryo registration id as well; nothing a peer
 * sends ever names a class. Message bodies are never in a header: they follow it as records in the RocketMQ layout
 * ({@link MessageLayout}), back to back.
 *
 * <p>Direction is noted as C (client) and B (broker). Requests that have an answer carry an opaque number which the
 * answer repeats; {@link Send}, {@link SendDone}, {@link SendFailed}, {@link Deliver}, {@link Flow} and unconfirmed
 * {@link Ack} are one-way, so their opaque number is 0.
 */
public sealed interface ControlHeader {

    /** The code of this header on the wire, 0x5001 and up. Never reused for another meaning. */
    int code();

    /** What a destination is to Jakarta Messaging. */
    enum DestinationKind {
        QUEUE,
        TOPIC
    }

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
            implements ControlHeader {
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
     * {@code run} is the number of this life of the broker, for {@link AcknowledgeAgain}.
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
            implements ControlHeader {
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

    /**
     * C to B: the broker-wide number of a destination, creating it when {@code create}; answered by
     * {@link DestinationOpened} or {@link Failure}.
     */
    record OpenDestination(DestinationKind kind, String name, boolean create) implements ControlHeader {
        public static final int CODE = 0x5003;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C. {@code topic} is the topic text that records for this destination must carry. */
    record DestinationOpened(int destination, String topic) implements ControlHeader {
        public static final int CODE = 0x5004;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: {@code count} records follow as the body, all for one destination; their sequence numbers on this
     * connection are {@code firstSequence} and up, without gaps from one Send to the next.
     */
    record Send(long firstSequence, int count, int destination) implements ControlHeader {
        public static final int CODE = 0x5005;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C: every send of this connection up to and including {@code upToSequence} is settled; those not named by a
     * {@link SendFailed} are stored at the level they asked for.
     */
    record SendDone(long upToSequence) implements ControlHeader {
        public static final int CODE = 0x5006;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: these sends were refused and left no trace; always ahead of the {@link SendDone} that covers them. */
    record SendFailed(long firstSequence, int count, int error, String text) implements ControlHeader {
        public static final int CODE = 0x5007;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** Whose messages a consumer takes, see {@link Subscribe}. */
    enum SubscriptionType {
        /** All consumers of a queue compete for its messages. */
        QUEUE,
        /** Sees the messages of a queue that nobody has taken, and takes none. */
        BROWSER,
        /** A subscription of a topic for this consumer alone, which ends with it. */
        VOLATILE,
        /** A named subscription that consumers of several connections share; it ends with the last of them. */
        SHARED,
        /** A named subscription with one consumer at a time, which stays when there is none. */
        DURABLE,
        /** A named subscription that consumers share, which stays when there is none. */
        SHARED_DURABLE,
        /**
         * A consumer group: as {@link #SHARED_DURABLE}, but its name is one of its destination alone, queues have them too,
         * and a new one begins with the oldest message that is kept.
         */
        GROUP
    }

    /**
     * C to B: a consumer on a destination, with its first credit. {@code consumer} is chosen by the client, unique and
     * never reused on its connection. {@code name} is that of the subscription, for the types that have one; together
     * with the connection's client ID it says which. {@code selector} is the text of a message selector; with
     * {@code noLocal} messages sent over the same connection (or by the same client ID) are not delivered. A new
     * subscription of a topic gets every message that is sent after the answer. Answered by {@link Subscribed} or
     * {@link Failure}.
     */
    record Subscribe(
            int consumer,
            int destination,
            SubscriptionType type,
            @Nullable String name,
            @Nullable String selector,
            boolean noLocal,
            int creditMessages,
            int creditBytes)
            implements ControlHeader {
        public static final int CODE = 0x5008;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C. Deliveries of this consumer come after this answer. */
    record Subscribed(int consumer) implements ControlHeader {
        public static final int CODE = 0x5009;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C: {@code count} records follow as the body. Deliveries of one consumer are numbered without gaps from 1
     * by the broker; the first record here is number {@code firstTag}. Lane and offset are in each record (queue id and
     * queue offset); its reconsume-times field is the number of earlier deliveries, 0 for a first one.
     */
    record Deliver(int consumer, long firstTag, int count) implements ControlHeader {
        public static final int CODE = 0x500A;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C: delivery number {@code tag} of this consumer never comes: its message is damaged on the broker's disk. The
     * broker grants its credit again.
     */
    record Skipped(int consumer, long tag) implements ControlHeader {
        public static final int CODE = 0x5050;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: more credit for a consumer, and the tag of the last delivery that was handed to the application. */
    record Flow(int consumer, int creditMessages, int creditBytes, long handedTag) implements ControlHeader {
        public static final int CODE = 0x500B;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** A run of offsets of one lane, both ends included. */
    record OffsetRange(int lane, long first, long last) {}

    /** What one consumer acknowledges, with credit and the handed hint of {@link Flow} riding along. */
    record ConsumerAck(int consumer, int creditMessages, int creditBytes, long handedTag, List<OffsetRange> ranges) {}

    /**
     * C to B: acknowledgements of any number of consumers. With {@code confirm} it is answered by {@link AckDone} once
     * the acknowledgements are stored at the broker's flush level; without, nothing answers.
     */
    record Ack(boolean confirm, List<ConsumerAck> acks) implements ControlHeader {
        public static final int CODE = 0x500C;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C. {@code refused} counts offsets that were no longer this consumer's to acknowledge. */
    record AckDone(int refused) implements ControlHeader {
        public static final int CODE = 0x500D;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: gives back everything this consumer has leased and not acknowledged, to be delivered again in order,
     * ahead of newer messages. Those with a tag up to {@code handedTag} were seen by the application (their delivery
     * count goes up), later ones were not, and the broker grants the credit of these again; that of the former is the
     * client's to give back, as ever. Answered by {@link Done}: deliveries that arrive before the answer belong to the
     * released ones and are to be ignored, those after it are new.
     */
    record Release(int consumer, long handedTag) implements ControlHeader {
        public static final int CODE = 0x500E;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: the consumer is gone. Leased messages with a tag up to {@code handedTag} count as seen, later ones do
     * not; all become available again. Deliveries under way are to be ignored by the client. Answered by {@link Done}.
     */
    record CloseConsumer(int consumer, long handedTag) implements ControlHeader {
        public static final int CODE = 0x500F;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: the request with this opaque number was carried out and has nothing else to say. */
    record Done() implements ControlHeader {
        public static final int CODE = 0x5010;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: the request with this opaque number was refused; {@code error} is one of {@link ErrorCodes}. */
    record Failure(int error, String text) implements ControlHeader {
        public static final int CODE = 0x5011;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** Either side, when nothing else was sent for the heartbeat interval; answered by {@link Pong}. */
    record Ping() implements ControlHeader {
        public static final int CODE = 0x5012;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** The answer to {@link Ping}. */
    record Pong() implements ControlHeader {
        public static final int CODE = 0x5013;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: how the broker is; answered by {@link Status}. */
    record GetStatus() implements ControlHeader {
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
    record Status(Map<String, String> figures, List<DestinationStatus> destinations) implements ControlHeader {
        public static final int CODE = 0x5015;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to name server: the brokers that serve a destination (or any, when null); answered by {@link Routes}. */
    record GetRoutes(@Nullable String topic) implements ControlHeader {
        public static final int CODE = 0x5016;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** Name server to C: {@code host:port} of the brokers, best first. A broker answers with itself. */
    record Routes(List<String> brokers) implements ControlHeader {
        public static final int CODE = 0x5017;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: an orderly goodbye; the broker settles what it has, answers {@link Done} and closes. */
    record Disconnect() implements ControlHeader {
        public static final int CODE = 0x5018;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: deliver now what this consumer may have within its credit; answered by {@link Done} after those
     * deliveries, so that a client with an empty buffer knows that nothing is available ({@code receiveNoWait}).
     */
    record Fetch(int consumer) implements ControlHeader {
        public static final int CODE = 0x5019;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: one message for a consumer without prefetch. Sets its credit to one message of at most {@code creditBytes}
     * (and one that is longer), delivers it if there is one, and takes the credit away again before {@link Done}: what
     * was not there by then does not come later.
     */
    record Pull(int consumer, int creditBytes) implements ControlHeader {
        public static final int CODE = 0x5058;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B, with a body: a part of the body of a message that is too long for one record. Answered by {@link PartPut}
     * when it is written. The parts of one {@code upload}, a number of the client's choice, are kept until the connection
     * ends or a message with their {@link LargeBody} is sent, and then as long as that message.
     *
     * @param key a random number of the client's choice, not negative: who does not know it does not get the part, so a
     *     message can list parts of nobody but its sender, and only those read them who were delivered the list
     */
    record PutPart(int upload, long key) implements ControlHeader {
        public static final int CODE = 0x5059;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: where the part stands in the log. */
    record PartPut(long position) implements ControlHeader {
        public static final int CODE = 0x505A;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: the part at this position, please; answered by {@link Part} or {@link Failure}. */
    record GetPart(long position, long key) implements ControlHeader {
        public static final int CODE = 0x505B;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C, with a body: the part that was asked for. */
    record Part() implements ControlHeader {
        public static final int CODE = 0x505C;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B, of a session that has come back: what became of its sends from {@code firstUnanswered} on? Answered by
     * {@link Resumed} once all of them that the broker has are stored; from then on the session's earlier connections send
     * nothing more.
     */
    record Resume(long firstUnanswered) implements ControlHeader {
        public static final int CODE = 0x5060;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C. Of the sends up to {@code stored} all are stored but the {@code refused} ones; later ones never came. Below
     * {@code known} nothing is known, and at all when that is beyond {@code stored}: {@code known} is 1 and {@code stored}
     * 0 of a session that the broker has never had a send of, or has forgotten.
     */
    record Resumed(long known, long stored, List<SequenceRange> refused) implements ControlHeader {
        public static final int CODE = 0x5061;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** {@code count} sends from {@code first} on. */
    record SequenceRange(long first, int count) {}

    /**
     * C to B: acknowledgements that an earlier connection of the session may not have brought, of messages that were
     * delivered when {@code run} was the broker's. Accepted for messages that nobody else has; for nothing else, in particular
     * not for messages that have taken the place of others which a crash of the machine has lost. Answered by {@link AckDone}.
     */
    record AcknowledgeAgain(int consumer, long run, List<OffsetRange> ranges) implements ControlHeader {
        public static final int CODE = 0x5062;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: the application takes nothing of what waits for it: gives back the deliveries from {@code fromTag} on, which it
     * has not seen, to their places as if they had not been delivered, and with them all credit that the consumer has. Answered
     * by {@link Done}: deliveries that arrive before the answer belong to those given back and are to be ignored.
     */
    record ReleaseUnseen(int consumer, long fromTag) implements ControlHeader {
        public static final int CODE = 0x5065;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: answered by {@link Done} once all acknowledgements before it are written, if not forced to the disk. */
    record Mark() implements ControlHeader {
        public static final int CODE = 0x5064;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: the temporary destination of this name once more, which the session had; empty if it has ended meanwhile.
     * Answered by {@link DestinationOpened} or {@link Failure}.
     */
    record RestoreTemporary(DestinationKind kind, String name) implements ControlHeader {
        public static final int CODE = 0x5063;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** How many of the records that follow go to one destination, before those for the next one. */
    record RecordRun(int destination, int count) {}

    /** What the headers that bring work of a transaction have in common; the records of {@link #runs} are the body. */
    sealed interface TransactionWork {
        /** Whose work it is. */
        TransactionId transaction();

        /** Where the records go, in their order. */
        List<RecordRun> runs();

        /** What the transaction has received, of consumers of this connection. */
        List<ConsumerAck> acks();
    }

    /**
     * C to B: commits a transaction, with the rest or all of its work. {@code onePhase} says that it was not prepared.
     * Answered by {@link Done} once it is stored, or by {@link Failure}: then nothing of it has happened, and with
     * {@link ErrorCodes#TRANSACTION_ROLLED_BACK} nothing ever will.
     */
    record Commit(TransactionId transaction, boolean onePhase, List<RecordRun> runs, List<ConsumerAck> acks)
            implements ControlHeader, TransactionWork {
        public static final int CODE = 0x5038;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: undoes a transaction, prepared or not; answered by {@link Done} or {@link Failure}. */
    record Rollback(TransactionId transaction) implements ControlHeader {
        public static final int CODE = 0x5039;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: makes a branch, with the rest or all of its work, ready for either outcome, whatever happens to client and
     * broker until then. Answered by {@link Prepared} once that is stored, or by {@link Failure}: then it is rolled back.
     */
    record Prepare(TransactionId transaction, List<RecordRun> runs, List<ConsumerAck> acks)
            implements ControlHeader, TransactionWork {
        public static final int CODE = 0x503A;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C. {@code readOnly}: there was no work, so the branch is forgotten already. */
    record Prepared(boolean readOnly) implements ControlHeader {
        public static final int CODE = 0x503B;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: some work of a transaction ahead of its end, because it is more than the client keeps. Answered by
     * {@link Done} when it is in the log, or by {@link Failure}. If {@code timeoutMs} is not 0, the transaction can only be
     * rolled back when it is not prepared or committed so long after the first part that says so.
     */
    record TransactionPart(TransactionId transaction, int timeoutMs, List<RecordRun> runs, List<ConsumerAck> acks)
            implements ControlHeader, TransactionWork {
        public static final int CODE = 0x503C;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** How a transaction ended, as far as is known. */
    enum TransactionState {
        /** Never heard of, or ended long ago; if it was not committed before, it never will be. */
        UNKNOWN,
        ACTIVE,
        /** Cannot be committed any more. */
        ROLLBACK_ONLY,
        PREPARED,
        COMMITTED,
        ROLLED_BACK,
        /** By the administrator, against or ahead of the transaction manager. */
        HEURISTICALLY_COMMITTED,
        /** By the administrator, against or ahead of the transaction manager. */
        HEURISTICALLY_ROLLED_BACK
    }

    /**
     * C to B, after an answer did not come: what became of a transaction? Answered by {@link TransactionStatus}. From
     * then on a local one that was not committed cannot be committed any more, so the answer is final.
     */
    record GetTransactionStatus(TransactionId transaction) implements ControlHeader {
        public static final int CODE = 0x503D;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C. */
    record TransactionStatus(TransactionState state) implements ControlHeader {
        public static final int CODE = 0x503E;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: the branches that wait for their transaction manager, prepared or heuristically completed. Answered by
     * {@link Recovered}. {@code after} continues a list that did not fit one answer.
     */
    record Recover(@Nullable TransactionId after) implements ControlHeader {
        public static final int CODE = 0x503F;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: branches in the order of their names; {@code more} when the list goes on behind the last one. */
    record Recovered(List<TransactionId> transactions, boolean more) implements ControlHeader {
        public static final int CODE = 0x5040;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: the transaction manager knows of a heuristic outcome; answered by {@link Done} or {@link Failure}. */
    record Forget(TransactionId transaction) implements ControlHeader {
        public static final int CODE = 0x5041;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B, for administrators: all transactions; {@code after} as in {@link Recover}. */
    record ListTransactions(@Nullable TransactionId after) implements ControlHeader {
        public static final int CODE = 0x5042;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * One transaction of {@link Transactions}: how many messages it sends and has received, the bytes of the former, and
     * from which position on it keeps the log.
     */
    record TransactionInfo(
            TransactionId transaction,
            TransactionState state,
            long sinceEpochMs,
            long sends,
            long sendBytes,
            long acknowledgements,
            long oldestPosition) {}

    /** B to C: as {@link Recovered}, but all kinds. */
    record Transactions(List<TransactionInfo> transactions, boolean more) implements ControlHeader {
        public static final int CODE = 0x5043;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: an administrator decides for the transaction manager. A prepared branch is completed heuristically, one that
     * is not prepared can only be rolled back. Answered by {@link Done} or {@link Failure}.
     */
    record Resolve(TransactionId transaction, boolean commit) implements ControlHeader {
        public static final int CODE = 0x5044;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: the durable subscription of this name (and this connection's client ID) is to end; answered by {@link Done}
     * or {@link Failure}.
     */
    record Unsubscribe(String name) implements ControlHeader {
        public static final int CODE = 0x5028;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: a new queue or topic that ends with this connection and that it alone may consume from; answered by
     * {@link DestinationOpened}, whose topic text is its name as well.
     */
    record CreateTemporary(DestinationKind kind) implements ControlHeader {
        public static final int CODE = 0x5029;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: a destination is to end with all its messages and subscriptions; a temporary one by its own connection
     * only. Answered by {@link Done}, or {@link Failure} when it is in use.
     */
    record DeleteDestination(DestinationKind kind, String name) implements ControlHeader {
        public static final int CODE = 0x502A;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: answers the {@link Connect} of a user: what to compute the proof with, see {@code Scram}. */
    record Challenge(String salt, int iterations, String nonce) implements ControlHeader {
        public static final int CODE = 0x502B;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: the proof that the user knows the password; answered by {@link Connected} or {@link Failure}. */
    record Prove(String nonce, String proof) implements ControlHeader {
        public static final int CODE = 0x502C;

        @Override
        public int code() {
            return CODE;
        }
    }

    // ---- Dead letters: 0x5030 to 0x5037

    /**
     * C to B: what lies in a dead letter or expiry queue, from a place on; answered by {@link DeadLetters} or
     * {@link Failure}.
     *
     * @param queue the name of the queue
     * @param lane where to go on: {@link DeadLetters#nextLane}, 0 at first
     * @param offset where to go on: {@link DeadLetters#nextOffset}, 0 at first
     */
    record ListDeadLetters(String queue, int lane, long offset) implements ControlHeader {
        public static final int CODE = 0x5030;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * One message of {@link DeadLetters}; what it does not say of itself is empty or 0.
     *
     * @param timeEpochMs when it was moved there
     * @param sizeBytes of its record
     */
    record DeadLetter(
            String messageId, String origin, String reason, long timeEpochMs, int deliveries, int sizeBytes) {}

    /** B to C: some messages of a dead letter queue. {@code nextLane} is -1 when there are no more. */
    record DeadLetters(List<DeadLetter> letters, int nextLane, long nextOffset) implements ControlHeader {
        public static final int CODE = 0x5031;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** What is done with dead letters. */
    enum DeadLetterAction {
        /** They go back to where they came from. */
        RETRY,
        /** They are gone. */
        PURGE
    }

    /**
     * C to B: takes messages out of a dead letter or expiry queue that no consumer has now, from a place on; answered by
     * {@link DeadLettersSettled} when that is stored, or {@link Failure}.
     *
     * @param origin only those that came from there ({@code queue://name}, {@code topic://name}); null for all
     * @param messageId only this one; null for all
     */
    record SettleDeadLetters(
            DeadLetterAction action,
            String queue,
            @Nullable String origin,
            @Nullable String messageId,
            int lane,
            long offset)
            implements ControlHeader {
        public static final int CODE = 0x5032;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: so many messages were taken out; {@code nextLane} is -1 when all of the queue was looked at. */
    record DeadLettersSettled(int count, int nextLane, long nextOffset) implements ControlHeader {
        public static final int CODE = 0x5033;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: this consumer's message was not handed over because its time was over; it is settled, and goes to the expiry
     * queue of its destination if there is one. Nothing answers.
     */
    record Expired(int consumer, int lane, long offset) implements ControlHeader {
        public static final int CODE = 0x5034;

        @Override
        public int code() {
            return CODE;
        }
    }

    // ---- Administration: 0x5070 to 0x507F

    /** What an administrator may look at. */
    enum Subject {
        DESTINATIONS,
        SUBSCRIPTIONS,
        CONSUMERS,
        CONNECTIONS,
        /** Destinations as RocketMQ's clients see them. */
        TOPICS,
        /** The queues of topics. */
        TOPIC_QUEUES,
        /** Groups of RocketMQ's consumers. */
        GROUPS,
        /** How far groups are, queue by queue. */
        GROUP_PROGRESS
    }

    /**
     * C to B, for administrators: what there is; answered by {@link Inspected} or {@link Failure}.
     *
     * @param pattern only destinations of such a name, in which {@code *} stands for any text; for connections, of such a
     *     client ID or address; for groups and their progress, groups of such a name
     * @param after where to go on: {@link Inspected#next}, 0 at first
     */
    record Inspect(Subject subject, String pattern, int after) implements ControlHeader {
        public static final int CODE = 0x5070;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C: some of what there is. Each row has fields by name in display order: counts as digits, times with a name that
     * ends in {@code Ms}, absent ones empty. {@code next} is 0 when there are no more.
     */
    record Inspected(List<Map<String, String>> rows, int next) implements ControlHeader {
        public static final int CODE = 0x5071;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: nothing is delivered from a destination any more, or again; what consumers have they keep. For good, also over
     * restarts. Answered by {@link Done} or {@link Failure}.
     */
    record SetPaused(DestinationKind kind, String name, boolean paused) implements ControlHeader {
        public static final int CODE = 0x5072;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: takes messages that no consumer has now out of a queue or a subscription, from a place on; answered by
     * {@link DeadLettersSettled} when that is stored, or {@link Failure}.
     *
     * @param name of the queue, or of the topic that the subscription is on
     * @param subscription its name; null for a queue
     * @param clientId of the subscription; null for none
     * @param target where they go to ({@code queue://name}, {@code topic://name}); null to throw them away
     * @param messageId only this one; null for all
     */
    record TakeOut(
            DestinationKind kind,
            String name,
            @Nullable String clientId,
            @Nullable String subscription,
            @Nullable String target,
            @Nullable String messageId,
            int lane,
            long offset)
            implements ControlHeader {
        public static final int CODE = 0x5073;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: a durable subscription without consumers gets again what was sent from a time on, as far as it is kept, and
     * keeps what it has not settled. Answered by {@link Done} or {@link Failure}.
     */
    record Rewind(@Nullable String clientId, String subscription, long epochMs) implements ControlHeader {
        public static final int CODE = 0x5074;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B, for administrators: ends another connection; answered by {@link Done} or {@link Failure}. */
    record CloseConnection(long connectionId) implements ControlHeader {
        public static final int CODE = 0x5075;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: ends a durable subscription of any client, if it has no consumers; answered by {@link Done} or {@link Failure}. */
    record DeleteSubscription(@Nullable String clientId, String subscription) implements ControlHeader {
        public static final int CODE = 0x5076;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: makes a destination, also where clients cannot make any by naming it; answered by {@link DestinationOpened} or
     * {@link Failure}.
     */
    record CreateDestination(DestinationKind kind, String name) implements ControlHeader {
        public static final int CODE = 0x5077;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B, for administrators: a group of RocketMQ's consumers goes on, in all queues of a topic, with the first message
     * that was stored at a time or later, or behind all messages when there is none. Answered by {@link Inspected}, with
     * a row for each queue, or {@link Failure}.
     */
    record ResetGroup(String group, String topic, long epochMs) implements ControlHeader {
        public static final int CODE = 0x5078;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: single messages, with what is in them; answered by {@link Inspected} or {@link Failure}.
     *
     * @param topic of the messages; empty for an offset id, which needs none
     * @param key one of their keys, or null
     * @param id their unique id, which is that of their JMSMessageID, or their offset id, or null
     */
    record FindMessages(
            String topic, @Nullable String key, @Nullable String id) implements ControlHeader {
        public static final int CODE = 0x5079;

        @Override
        public int code() {
            return CODE;
        }
    }

    // ---- Shared queues, which are queue and topic at once, as OpenMessaging has them: 0x5080 to 0x508F

    /**
     * C to B: a queue whose consumer groups each get every message, and whose messages stay for the retention time; answered
     * by {@link SharedQueueOpened} or {@link Failure}. A queue of Jakarta Messaging or a topic of RocketMQ of this name is
     * taken as it is.
     *
     * @param name its name
     * @param create whether it is made when it does not exist
     * @param streams how many equal lanes a new one gets; 0 for a lane for each priority
     */
    record OpenSharedQueue(String name, boolean create, int streams) implements ControlHeader {
        public static final int CODE = 0x5080;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C. {@code topic} as in {@link DestinationOpened}; {@code ranked}: its lanes are priorities. */
    record SharedQueueOpened(int destination, String topic, int lanes, boolean ranked) implements ControlHeader {
        public static final int CODE = 0x5081;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: messages of a lane by their offsets, whether consumers have them or not; answered by {@link LaneRead}.
     *
     * @param offset the first one wanted; with {@code backward} the first one not wanted
     * @param backward whether the messages before the offset are wanted
     * @param maxMessages the most that are wanted; 0 asks for the ends alone
     */
    record ReadLane(int destination, int lane, long offset, boolean backward, int maxMessages)
            implements ControlHeader {
        public static final int CODE = 0x5082;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C: {@code count} records follow as the body, in ascending order of their offsets, which have gaps where
     * nothing is to be seen. {@code start} is the oldest offset there is, {@code end} one past the newest.
     */
    record LaneRead(long start, long end, int count) implements ControlHeader {
        public static final int CODE = 0x5083;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: this connection can say what became of half messages of a producer group; answered by {@link Done}. It is
     * then told of them by {@link CheckTransaction} until it ends.
     */
    record OfferChecks(String producerGroup) implements ControlHeader {
        public static final int CODE = 0x5084;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C: what became of this half message, whose record follows as the body? The answer, if there is one, is a
     * {@link Commit} or {@link Rollback}.
     */
    record CheckTransaction(TransactionId transaction, String producerGroup) implements ControlHeader {
        public static final int CODE = 0x5085;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** What is managed by name. */
    enum ResourceKind {
        NAMESPACE,
        QUEUE,
        ROUTING
    }

    /**
     * C to B: makes a namespace, queue or routing ({@code create}), or changes those of its attributes that are given.
     * Answered by {@link Done} or {@link Failure}: {@link ErrorCodes#DESTINATION} when it, or what it lies in, does not
     * exist, {@link ErrorCodes#ILLEGAL_STATE} when it is to be made and exists.
     */
    record PutResource(ResourceKind kind, String name, boolean create, Map<String, String> attributes)
            implements ControlHeader {
        public static final int CODE = 0x5086;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: ends a namespace, queue or routing; answered by {@link Done} or {@link Failure}. */
    record RemoveResource(ResourceKind kind, String name) implements ControlHeader {
        public static final int CODE = 0x5087;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: all of one kind, in the order of their names; answered by {@link Resources}. */
    record ListResources(ResourceKind kind, @Nullable String after) implements ControlHeader {
        public static final int CODE = 0x5088;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** One of {@link Resources}. */
    record Resource(String name, Map<String, String> attributes) {}

    /** B to C; {@code more} when the list goes on behind the last one. */
    record Resources(List<Resource> resources, boolean more) implements ControlHeader {
        public static final int CODE = 0x5089;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: puts a message with other properties, and perhaps in another lane, in the place of one that waits in a shared
     * queue. Answered by {@link Done}, or {@link Failure} with {@link ErrorCodes#DESTINATION} when no such message waits.
     *
     * @param messageId its unique id
     * @param toLane the lane plus 1; 0 for the one that it is in
     * @param properties new values by name; an empty one takes the property away
     */
    record UpdateMessage(int destination, String messageId, int toLane, Map<String, String> properties)
            implements ControlHeader {
        public static final int CODE = 0x508A;

        @Override
        public int code() {
            return CODE;
        }
    }
}
