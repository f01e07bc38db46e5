package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.ClientLink;
import io.ansermq.broker.core.HostField;
import io.ansermq.broker.security.Access;
import io.ansermq.broker.security.AccessKeys;
import io.ansermq.broker.session.Intake;
import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.SendingHeader;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.ansermq.remoting.protocol.TransactionHeader;
import io.ansermq.remoting.protocol.TransactionHeader.Commit;
import io.ansermq.remoting.protocol.TransactionHeader.Prepare;
import io.ansermq.remoting.protocol.TransactionHeader.Rollback;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a RocketMQ client. Requests are read here, on the connection's event loop, and decided by core; what
 * core decided comes back once per turn of core and is written here.
 *
 * <p>Threads: {@code onX} methods and everything private run on the event loop; the methods of {@link ClientLink} and
 * {@link #answered} are core's.
 */
final class RocketMqSession extends ClientLink implements ConnectionHandler {

    /** A half message whose transaction core has not prepared yet. */
    private record PendingHalf(
            RemotingCommand request, long number, @Nullable String uniqueId) {}

    private static final long RELAY_TIMEOUT_MS = 10_000;

    /** What core decided for this connection in one turn. */
    private static final class Decisions {
        private static final int FIELDS = 4;

        final List<Reply> replies = new ArrayList<>(1);
        final List<Answer> answers = new ArrayList<>(1);
        final List<Runnable> afterwards = new ArrayList<>(0);
        /** Sequence, lane, offset and position of each stored message. */
        long[] stored = new long[FIELDS];

        int storedFields;
        final List<SendingHeader.SendFailed> refused = new ArrayList<>(0);

        void add(final long sequence, final int lane, final long offset, final long position) {
            if (storedFields == stored.length) {
                stored = Arrays.copyOf(stored, 2 * storedFields);
            }
            stored[storedFields++] = sequence;
            stored[storedFields++] = lane;
            stored[storedFields++] = offset;
            stored[storedFields++] = position;
        }
    }

    private final Connection connection;
    private final RocketMqServer server;
    private final Requests requests;
    private final Intake intake;
    private final long bornHost;

    // Event loop.
    private final Long2ObjectHashMap<PendingSend> sends = new Long2ObjectHashMap<>();
    private long lastSequence;
    private final Int2ObjectHashMap<PendingHalf> halves = new Int2ObjectHashMap<>();
    private int lastOpaque;

    // Core.
    private @Nullable Decisions decisions;

    RocketMqSession(
            final Connection connection, final RocketMqServer server, final Requests requests, final Access access) {
        admitted(access);
        this.connection = connection;
        this.server = server;
        this.requests = requests;
        this.bornHost = HostField.of(connection.remoteAddress());
        this.intake = server.intake(this, connection);
    }

    // ---- event loop

    @Override
    public void onCommand(final Connection from, final RemotingCommand command) {
        try {
            if (command.isResponse()) {
                // The answer to a one-way notice of ours, or one that nobody waits for any more.
                return;
            }
            if (command.control() != null) {
                connection.close("a frame of AnserMQ's own protocol on a connection of a RocketMQ client");
                return;
            }
            handle(command);
        } finally {
            command.release();
        }
    }

    /**
     * Finds out whose request it is: nobody's, or that of the user who signed it. The first signature binds the
     * connection, from then on every request must bear that user's.
     */
    private boolean isLetIn(final RemotingCommand command) {
        final String user = command.extFields().get(AccessKeys.ACCESS_KEY);
        final String bound = access().user();
        if (user == null && bound == null && !access().equals(Access.NONE)) {
            return true;
        }
        final Access signed = user == null || (bound != null && !bound.equals(user))
                ? null
                : server.admission().signedBy(user, command, connection.remoteAddress());
        if (signed != null) {
            if (bound == null) {
                admitted(signed);
            }
            return true;
        }
        final Answer refusal = Answer.refused(
                ResponseCodes.NO_PERMISSION,
                user == null
                        ? "a user is needed: give the client an AclClientRPCHook with a user's keys"
                        : "the signature is not that of user '" + user
                                + "' of this connection: 'anser user key' shows the keys");
        final long delayMs = server.admission().badSignature(user == null ? "-" : user, connection.remoteAddress());
        connection.schedule(() -> write(command, refusal), delayMs);
        return false;
    }

    private void handle(final RemotingCommand command) {
        if (!isLetIn(command)) {
            return;
        }
        try {
            requests.handle(this, command);
        } catch (final RefusedException e) {
            write(command, Answer.refused(e.code(), e.text()));
        } catch (final IllegalArgumentException e) {
            write(command, Answer.refused(ResponseCodes.SYSTEM_ERROR, String.valueOf(e.getMessage())));
        }
    }

    /** Handles a request again after something it needed was made; the session holds a reference of its body for it. */
    void again(final RemotingCommand command) {
        try {
            handle(command);
        } finally {
            command.release();
        }
    }

    /** Has core work on a request. */
    void toCore(final RemotingCommand command, final Reply.Work work) {
        final Reply reply = new Reply(this, command);
        intake.pass(nowEpochMs -> reply.guarded(() -> {
            server.state()
                    .rights()
                    .check(access(), RequestCodes.restore(command.code()), new Fields(command.extFields()));
            work.run(reply, nowEpochMs);
        }));
    }

    /** Sends records to core; {@code pending} is answered when all are stored. Takes over the reference of the records. */
    void send(final PendingSend pending, final int destination, final int count, final ByteBuf records) {
        final long first = lastSequence + 1;
        lastSequence += count;
        for (long sequence = first; sequence <= lastSequence; sequence++) {
            sends.put(sequence, pending);
        }
        intake.pass(new Send(first, count, destination), 0, records);
    }

    /** Pushes a reply to the client that waits for it and tells its sender whether it got there. */
    void relayReply(final Reply reply, final Connection to, final RemotingCommand push) {
        final var unused = to.request(push, RELAY_TIMEOUT_MS).whenComplete((answer, failure) -> {
            final boolean received = answer != null && answer.code() == ResponseCodes.SUCCESS;
            if (answer != null) {
                answer.release();
            }
            connection.execute(() -> write(
                    reply.request(),
                    received
                            ? Answer.fields("msgId", "0", "queueId", 0, "queueOffset", 0)
                            : Answer.refused(
                                    ResponseCodes.SYSTEM_ERROR, "the client that asked did not take the reply")));
        });
    }

    /** Sends a request to another client and its answer back as the answer to {@code reply}. */
    void relay(final Reply reply, final Connection to, final RemotingCommand request) {
        final var unused = to.request(request, RELAY_TIMEOUT_MS)
                .whenComplete((answer, failure) -> connection.execute(() -> {
                    if (answer == null) {
                        write(
                                reply.request(),
                                Answer.refused(
                                        ResponseCodes.CONSUME_MSG_TIMEOUT,
                                        "the consumer at " + to.remote() + " does not answer: " + failure));
                    } else {
                        connection.write(RemotingCommand.response(
                                reply.request(), answer.code(), answer.remark(), answer.extFields(), answer.body()));
                    }
                }));
    }

    /**
     * Has core prepare a transaction of one message, which its producer ends later by the number that stands in the
     * answer. Takes over the reference of the record.
     */
    void sendHalf(
            final RemotingCommand request,
            final int destination,
            final long number,
            final @Nullable String uniqueId,
            final ByteBuf message) {
        final int opaque = ++lastOpaque;
        halves.put(opaque, new PendingHalf(request, number, uniqueId));
        intake.pass(
                new Prepare(
                        TransactionId.half(number),
                        List.of(new TransactionHeader.RecordRun(destination, 1)),
                        List.of()),
                opaque,
                message);
    }

    /** Has core commit or undo a half message. */
    void endHalf(final long number, final boolean commit) {
        final TransactionId id = TransactionId.half(number);
        intake.pass(commit ? new Commit(id, false, List.of(), List.of()) : new Rollback(id), ++lastOpaque, null);
    }

    private void halfAnswered(final int opaque, final ControlHeader header) {
        final PendingHalf half = halves.remove(opaque);
        if (half == null) {
            return;
        }
        if (header instanceof ConnectionHeader.Failure failure) {
            write(half.request(), Answer.refused(responseCode(failure.error()), failure.text()));
        } else {
            final String id = MessageIds.of(server.settings().storeHost().getAsLong(), half.number());
            write(half.request(), PendingSend.answer(id, 0, half.number(), half.uniqueId()));
        }
    }

    long bornHost() {
        return bornHost;
    }

    Connection connection() {
        return connection;
    }

    void write(final RemotingCommand request, final Answer answer) {
        if (!request.isOneWay()) {
            connection.write(server.encode(request, answer, this, connection.alloc()));
        }
    }

    @Override
    public void onWritable(final Connection to, final boolean writable) {
        intake.writable(writable);
    }

    @Override
    public void onClosed(final Connection from, final @Nullable Throwable cause) {
        intake.pass((ControlHeader) null, 0, null);
    }

    private void write(final Decisions told) {
        for (int i = 0; i < told.storedFields; i += Decisions.FIELDS) {
            final PendingSend send = sends.remove(told.stored[i]);
            final String id = MessageIds.of(server.settings().storeHost().getAsLong(), told.stored[i + 3]);
            if (send != null && send.stored((int) told.stored[i + 1], told.stored[i + 2], id)) {
                server.state().sendTimes().stored(send.count(), send.bytes(), System.nanoTime() - send.startNs());
                write(send.request(), send.answer());
            }
        }
        for (final SendingHeader.SendFailed failed : told.refused) {
            refuse(failed);
        }
        for (int i = 0; i < told.replies.size(); i++) {
            write(told.replies.get(i).request(), told.answers.get(i));
        }
        told.afterwards.forEach(Runnable::run);
    }

    private void refuse(final SendingHeader.SendFailed failed) {
        PendingSend last = null;
        for (long sequence = failed.firstSequence(); sequence < failed.firstSequence() + failed.count(); sequence++) {
            final PendingSend send = sends.remove(sequence);
            if (send != null && !send.equals(last)) {
                last = send;
                server.state().sendTimes().refused();
                write(send.request(), Answer.refused(responseCode(failed.error()), failed.text()));
            }
        }
    }

    /** RocketMQ's producers try another time, or another broker, after each of these codes. */
    private static int responseCode(final int error) {
        return switch (error) {
            case ErrorCodes.DESTINATION -> ResponseCodes.TOPIC_NOT_EXIST;
            case ErrorCodes.RESOURCE_LIMIT -> ResponseCodes.SERVICE_NOT_AVAILABLE;
            case ErrorCodes.AUTHORIZATION -> ResponseCodes.NO_PERMISSION;
            default -> ResponseCodes.SYSTEM_ERROR;
        };
    }

    // ---- core

    private Decisions decisions() {
        if (decisions == null) {
            decisions = new Decisions();
            server.state().desk().touch(this);
        }
        return decisions;
    }

    /** The answer to a request. Core only. */
    void answered(final Reply reply, final Answer answer) {
        final Decisions told = decisions();
        told.replies.add(reply);
        told.answers.add(answer);
    }

    /** Has something run on the event loop at the end of core's turn. Core only. */
    void afterwards(final Runnable action) {
        decisions().afterwards.add(action);
    }

    @Override
    public long id() {
        return connection.id();
    }

    @Override
    public String protocol() {
        return "rocketmq";
    }

    @Override
    public void expel(final String why) {
        connection.close(why);
    }

    @Override
    public String remote() {
        return connection.remote();
    }

    @Override
    public void stored(final long sequence, final int lane, final long offset, final long position) {
        decisions().add(sequence, lane, offset, position);
    }

    @Override
    public void settled(final long sequence) {
        // Each message is answered by itself, see stored.
    }

    @Override
    public void refused(final long firstSequence, final int count, final int error, final String text) {
        decisions().refused.add(new SendingHeader.SendFailed(firstSequence, count, error, text));
    }

    @Override
    public void answer(final int opaque, final ControlHeader header) {
        afterwards(() -> halfAnswered(opaque, header));
    }

    @Override
    public void consumed(final int bytes) {
        intake.consumed(bytes);
    }

    @Override
    public void flush() {
        final Decisions told = decisions;
        if (told != null) {
            decisions = null;
            connection.execute(() -> write(told));
        }
    }
}
