package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Transaction;
import io.ansermq.broker.security.Access;
import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.IntFunction;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A connected client as the core agent sees it: where answers and deliveries go. Its methods are called by the core
 * agent alone and never block; what they are told leaves for the network at {@link #flush()}, once per turn of core and
 * in the order it was told.
 */
public abstract class ClientLink {

    /** The consumers of this client by the number the client gave them. Owned by core. */
    final Int2ObjectHashMap<Consumer> consumers = new Int2ObjectHashMap<>();

    /** Transactions whose work came from this client ahead of their end. Owned by core. */
    final Set<Transaction> transactions = Collections.newSetFromMap(new IdentityHashMap<>(0));

    /** The client's identifier in Jakarta Messaging, once it was accepted. Owned by core. */
    @Nullable
    String clientId;

    /** The session that this connection belongs to, of a client that means to come back. Owned by core. */
    Producers.@Nullable Producer producer;

    /** Whether {@link Connections} has met this client. Owned by core. */
    boolean known;

    /** Whether this link waits for its flush in this turn. Owned by core. */
    boolean dirty;

    /** Whether the connection is gone; commands that were still under way are then dropped. Owned by core. */
    boolean gone;

    /** Where it may send to. Owned by core. */
    final SendRights sendRights = new SendRights();

    /** Set before the first command, and not changed after it. */
    private Access access = Access.NONE;

    /** What this client may do. */
    public final Access access() {
        return access;
    }

    /** Answers a request with what its client lacks, if it lacks something; returns whether it may be carried out. */
    final boolean isAllowed(final int opaque, final @Nullable String refusal) {
        if (refusal != null) {
            answer(opaque, new ConnectionHeader.Failure(ErrorCodes.AUTHORIZATION, refusal));
        }
        return refusal == null;
    }

    /** The client has been let in and may do this from now on; to be called before its first command. */
    protected final void admitted(final Access asWhom) {
        access = asWhom;
    }

    /** Broker-wide number of this connection. */
    public abstract long id();

    /** Whom the messages of this client name as their sender, see {@code MessageProperties.JMS_ORIGIN}. */
    String origin() {
        return clientId == null ? "#" + id() : clientId;
    }

    /** Who this is, for log lines. */
    public abstract String remote();

    /** Another connection has taken the place of this one. */
    public void replaced() {
        throw new IllegalStateException(remote() + " has named no session");
    }

    /** What the client speaks, for people. */
    public String protocol() {
        return "anser";
    }

    /** Puts the client out and tells it why. */
    public void expel(final String why) {
        throw new IllegalStateException(remote() + " is no client that could be put out: " + why);
    }

    /**
     * Tells the client that the broker ends, for it to give back what its application has not seen and to leave.
     *
     * @return whether it understands that
     */
    public boolean sayGoodbye() {
        return false;
    }

    /** The client may stay: the answer to its Connect. Only for clients that have asked core. */
    public void welcome(final int opaque) {
        throw new IllegalStateException(remote() + " has not asked core to be let in");
    }

    /**
     * A send of this client is settled: its message has a place for good. Most clients want to know no more than
     * {@link #settled}.
     *
     * @param lane the queue id it went to
     * @param offset its place there
     * @param position where its record stands in the log
     */
    public void stored(final long sequence, final int lane, final long offset, final long position) {
        settled(sequence);
    }

    /** Every send up to {@code sequence} is settled; tells the client at flush, the highest only. */
    public abstract void settled(long sequence);

    /** These sends were refused. */
    public abstract void refused(long firstSequence, int count, int error, String text);

    /** The answer to the request {@code opaque}. */
    public abstract void answer(int opaque, ControlHeader header);

    /** As an answer: a {@code Part}, whose bytes stand at this position of the log. */
    public void part(final int opaque, final long position, final int length) {
        throw new IllegalStateException(remote() + " cannot have asked for a part of a message");
    }

    /**
     * Something to tell with messages behind it; those that cannot be read are left out.
     *
     * @param opaque the request that it answers, or 0
     * @param header what stands before so many messages
     */
    public void records(final int opaque, final IntFunction<ControlHeader> header, final RecordPlaces places) {
        throw new IllegalStateException(remote() + " cannot have asked for messages");
    }

    /**
     * One message for a consumer. Consecutive calls for one consumer share a frame.
     *
     * @param lane the lane that the message lies in, which its own bytes need not know ({@link RecordPatch})
     * @param offset its offset in that lane
     * @param position where its record stands in the log
     * @param size bytes of the record
     * @param deliveries how often it was delivered before
     */
    public void deliver(
            final int consumer,
            final long tag,
            final int lane,
            final long offset,
            final long position,
            final int size,
            final int deliveries) {
        throw new IllegalStateException(remote() + " has no consumers that are delivered to");
    }

    /** {@code bytes} of what this client sent were copied and no longer count against its memory. */
    public abstract void consumed(int bytes);

    /** Hands everything told since the last flush to the network thread. */
    public abstract void flush();
}
