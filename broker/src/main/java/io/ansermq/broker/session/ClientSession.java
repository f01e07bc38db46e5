package io.ansermq.broker.session;

import io.ansermq.broker.core.ClientLink;
import io.ansermq.broker.core.HostField;
import io.ansermq.broker.core.Inbox;
import io.ansermq.broker.core.RecordPlaces;
import io.ansermq.broker.core.UnreadableDeliveries;
import io.ansermq.broker.security.Access;
import io.ansermq.broker.security.Admission;
import io.ansermq.remoting.protocol.ConnectionHeader.Challenge;
import io.ansermq.remoting.protocol.ConnectionHeader.Connect;
import io.ansermq.remoting.protocol.ConnectionHeader.Connected;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConnectionHeader.Prove;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.SendingHeader;
import io.ansermq.remoting.protocol.SendingHeader.PutPart;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionWork;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of AnserMQ's own client. Frames are checked here, on the connection's event loop, and offered to core;
 * what core decides comes back through the {@link Outbox} and is written here.
 *
 * <p>Threads: {@code onX} methods and everything private run on the event loop; the methods of {@link ClientLink} are
 * core's. Shared between the two are the outbox, the count of unconsumed bytes and a flag.
 *
 * <p>{@link Intake} decides when the connection is not read.
 */
final class ClientSession extends ClientLink implements ConnectionHandler {

    /** The only version of the protocol there is so far. */
    static final int PROTOCOL_VERSION = 1;

    /** No destination has this number. */
    private static final int NOWHERE = 0;

    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);

    private final Connection connection;
    private final long bornHost;
    private final SessionSettings settings;
    private final long run;
    private final Admission admission;
    private final Intake intake;
    private final SendCheck check;
    private final DeliveryWriter writer;
    private final UnreadableDeliveries unreadable;
    private final DeliveryWriter.Unreadable leftOut = this::leftOut;
    private final Outbox outbox = new Outbox();
    private final AtomicBoolean writeScheduled = new AtomicBoolean();
    private final Runnable writeTask = this::writeOutbox;

    // Event loop.
    private boolean greeted;
    /** Whether a login has failed: nothing more is heard from this client. */
    private boolean refused;
    /** What a client asked for that is to prove who it is. */
    private @Nullable Connect asked;

    private Admission.@Nullable Login login;
    private @Nullable String serverProof;

    // Core.
    private long settledSequence;
    private boolean hasSettled;
    private Outbox.@Nullable Item openDelivery;

    ClientSession(
            final Connection connection,
            final SessionSettings settings,
            final long run,
            final Admission admission,
            final Inbox inbox,
            final SendCheck check,
            final MemoryGate memory,
            final DeliveryWriter writer,
            final UnreadableDeliveries unreadable) {
        this.connection = connection;
        this.bornHost = HostField.of(connection.remoteAddress());
        this.settings = settings;
        this.run = run;
        this.admission = admission;
        this.intake = new Intake(this, connection, inbox, memory, settings.connectionMemoryBytes());
        this.check = check;
        this.writer = writer;
        this.unreadable = unreadable;
    }

    // ---- event loop: from the network to core

    @Override
    public void onCommand(final Connection from, final RemotingCommand command) {
        final ByteBuf body = command.body();
        final ControlHeader header = command.control();
        try {
            if (header == null) {
                throw new MalformedFrameException("request code " + command.code() + " is not served on this port");
            }
            if (refused) {
                LOG.debug("{} says more after its login has failed", connection.remote());
            } else if (!greeted) {
                greet(header, command.opaque());
            } else if (header instanceof Send send) {
                final boolean known = check.check(send, body, bornHost);
                // Core answers in turn; what was not checked must not find a destination that has come to be meanwhile.
                final Send checked = known ? send : new Send(send.firstSequence(), send.count(), NOWHERE);
                body.retain();
                intake.pass(checked, 0, body);
            } else if (header instanceof PutPart) {
                if (!body.isReadable() || body.readableBytes() > settings.maxMessageBytes()) {
                    throw new MalformedFrameException("a part of " + body.readableBytes()
                            + " bytes, where 1 to max-message-size (" + settings.maxMessageBytes() + ") are possible");
                }
                intake.pass(header, command.opaque(), body.retain());
            } else if (header instanceof TransactionWork work) {
                if (check.check(work, body, bornHost)) {
                    intake.pass(header, command.opaque(), body.isReadable() ? body.retain() : null);
                } else {
                    connection.write(RemotingCommand.control(
                            new Failure(ErrorCodes.DESTINATION, "a destination of the transaction was deleted"),
                            command.opaque()));
                }
            } else {
                intake.pass(header, command.opaque(), null);
            }
        } catch (final MalformedFrameException e) {
            LOG.warn("closing connection {} from {}: {}", connection.id(), connection.remote(), e.getMessage());
            connection.close(String.valueOf(e.getMessage()));
        } finally {
            body.release();
        }
    }

    private void greet(final ControlHeader header, final int opaque) throws MalformedFrameException {
        if (header instanceof Prove prove) {
            prove(prove, opaque);
            return;
        }
        if (!(header instanceof Connect connect)) {
            throw new MalformedFrameException(
                    "the first frame must be Connect, not " + header.getClass().getSimpleName());
        }
        if (connect.protocolVersion() != PROTOCOL_VERSION) {
            connection.write(RemotingCommand.control(
                    new Failure(
                            ErrorCodes.VERSION,
                            "this broker speaks protocol version " + PROTOCOL_VERSION + ", the client asked for "
                                    + connect.protocolVersion() + "; use a client of the broker's release"),
                    opaque));
            return;
        }
        final String user = connect.user();
        if (user != null) {
            if (asked != null) {
                throw new MalformedFrameException("a second Connect");
            }
            asked = connect;
            admission.begin(user, begun -> connection.execute(() -> challenge(begun, opaque)));
            return;
        }
        final Access access = admission.withoutLogin(connection);
        if (access != null) {
            admit(connect, access, opaque);
        } else {
            refuse("this broker does not let clients in without a user and a password", opaque);
        }
    }

    private void challenge(final Admission.Login begun, final int opaque) {
        login = begun;
        connection.write(
                RemotingCommand.control(new Challenge(begun.salt(), begun.iterations(), begun.nonce()), opaque));
    }

    private void prove(final Prove prove, final int opaque) {
        final Connect connect = asked;
        final Admission.Login current = login;
        login = null;
        if (connect == null || current == null) {
            throw new MalformedFrameException("Prove without a Challenge");
        }
        serverProof = current.prove(prove.nonce(), prove.proof());
        if (serverProof == null) {
            refused = true;
            connection.setAutoRead(false);
            connection.schedule(
                    () -> refuse("user '" + current.user() + "' is unknown or the password is wrong", opaque),
                    admission.failed(current, connection.remoteAddress()));
        } else {
            admit(connect, admission.accessOf(current.user(), connection.remoteAddress()), opaque);
        }
    }

    private void refuse(final String text, final int opaque) {
        connection.write(RemotingCommand.control(new Failure(ErrorCodes.AUTHENTICATION, text), opaque));
        connection.close("not let in");
    }

    private void admit(final Connect connect, final Access access, final int opaque) {
        greeted = true;
        admitted(access);
        if (connect.clientId() == null && connect.session() == null) {
            // Core is to know of it before it asks for anything.
            intake.pass(nowEpochMs -> {});
            connection.write(RemotingCommand.control(connected(), opaque));
        } else {
            // Core knows whether somebody has the client ID or the session; what comes behind this waits its turn
            // there.
            intake.pass(connect, opaque, null);
        }
        connection.startHeartbeat(settings.heartbeatMs());
    }

    private Connected connected() {
        return new Connected(
                PROTOCOL_VERSION,
                settings.brokerName(),
                connection.id(),
                settings.maxMessageBytes(),
                settings.sendWindowBytes(),
                settings.heartbeatMs(),
                settings.incarnation(),
                serverProof,
                run);
    }

    @Override
    public void onWritable(final Connection to, final boolean nowWritable) {
        intake.writable(nowWritable);
        if (nowWritable) {
            writeOutbox();
        }
    }

    @Override
    public void onClosed(final Connection from, final @Nullable Throwable cause) {
        intake.pass(null, 0, null);
    }

    // ---- event loop: from core to the network

    private void writeOutbox() {
        writeScheduled.set(false);
        boolean writable = connection.isWritable();
        while (writable && !outbox.isEmpty()) {
            writer.write(outbox, connection, leftOut);
            writable = connection.isWritable();
        }
        intake.writable(writable);
    }

    private void leftOut(final int consumer, final int lane, final long offset, final long position, final int size) {
        if (!unreadable.offer(this, consumer, lane, offset, position, size)) {
            // Its lease goes back with the connection, and the next one who gets the message reports it.
            connection.close("a message could not be read, and the broker is too busy to set it aside");
        }
    }

    // ---- core

    @Override
    public long id() {
        return connection.id();
    }

    @Override
    public String remote() {
        return connection.remote();
    }

    @Override
    public void replaced() {
        connection.close("its client has connected again");
    }

    @Override
    public void welcome(final int opaque) {
        answer(opaque, connected());
    }

    @Override
    public void expel(final String why) {
        answer(0, new Failure(ErrorCodes.AUTHORIZATION, why));
        flush();
        connection.execute(() -> connection.close(why));
    }

    @Override
    public boolean sayGoodbye() {
        answer(0, new Failure(ErrorCodes.SHUTTING_DOWN, "broker '" + settings.brokerName() + "' is stopping"));
        return true;
    }

    @Override
    public void settled(final long sequence) {
        settledSequence = sequence;
        hasSettled = true;
    }

    @Override
    public void refused(final long firstSequence, final int count, final int error, final String text) {
        answer(0, new SendingHeader.SendFailed(firstSequence, count, error, text));
    }

    @Override
    public void answer(final int opaque, final ControlHeader header) {
        closeDelivery();
        final Outbox.Item item = outbox.newItem(Outbox.Kind.ANSWER);
        item.opaque = opaque;
        item.header = header;
        outbox.put(item);
    }

    @Override
    public void part(final int opaque, final long position, final int length) {
        closeDelivery();
        final Outbox.Item item = outbox.newItem(Outbox.Kind.PART);
        item.opaque = opaque;
        item.addDelivery(0, 0, position, length, 0);
        outbox.put(item);
    }

    @Override
    public void records(final int opaque, final IntFunction<ControlHeader> header, final RecordPlaces places) {
        closeDelivery();
        final Outbox.Item item = outbox.newItem(Outbox.Kind.RECORDS);
        item.opaque = opaque;
        item.headerOf = header;
        item.places = places;
        for (int i = 0; i < places.count(); i++) {
            item.bytes += places.size(i);
        }
        outbox.put(item);
    }

    @Override
    public void deliver(
            final int consumer,
            final long tag,
            final int lane,
            final long offset,
            final long position,
            final int size,
            final int deliveries) {
        Outbox.Item item = openDelivery;
        if (item == null
                || item.consumer != consumer
                || item.count == Outbox.MAX_DELIVERIES
                || item.bytes + size > DeliveryWriter.TARGET_BYTES) {
            closeDelivery();
            item = outbox.newItem(Outbox.Kind.DELIVER);
            item.consumer = consumer;
            item.number = tag;
            openDelivery = item;
        }
        item.addDelivery(lane, offset, position, size, deliveries);
    }

    private void closeDelivery() {
        if (openDelivery != null) {
            outbox.put(openDelivery);
            openDelivery = null;
        }
    }

    @Override
    public void consumed(final int bytes) {
        intake.consumed(bytes);
    }

    @Override
    public void flush() {
        closeDelivery();
        if (hasSettled) {
            hasSettled = false;
            final Outbox.Item item = outbox.newItem(Outbox.Kind.SETTLED);
            item.number = settledSequence;
            outbox.put(item);
        }
        if (writeScheduled.compareAndSet(false, true)) {
            connection.execute(writeTask);
        }
    }
}
