package io.ansermq.client;

import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.SharedQueueHeader;
import io.ansermq.remoting.protocol.SharedQueueHeader.Resource;
import io.ansermq.remoting.protocol.SharedQueueHeader.ResourceKind;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a session can do with queues that are queue and topic at once: opens them, reads their lanes by offset, manages them
 * and what else is known by name, and answers for half messages. Thread safe; methods wait for the broker and throw
 * {@link IllegalStateException} on the event loop.
 */
public final class SharedQueues {

    /** As many offsets without anything to see may the broker pass over in one {@link #read}. */
    public static final int READ_STEPS = 65_536;

    private static final byte[] NOTHING = new byte[0];

    private final BrokerSession session;

    /** Of this session. */
    public SharedQueues(final BrokerSession session) {
        this.session = session;
    }

    /**
     * A queue as the broker knows it.
     *
     * @param destination where to send, and consume as a group
     * @param lanes how many lanes it has
     * @param ranked whether its lanes are priorities
     */
    public record Opened(Destination destination, int lanes, boolean ranked) {}

    /**
     * Messages of a lane.
     *
     * @param start the oldest offset that there is
     * @param end one past the newest
     * @param messages in the order of their offsets, which have gaps where nothing is to be seen
     */
    public record LaneMessages(long start, long end, List<Delivery> messages) {}

    /** Is asked what became of half messages. Called on the event loop: must not block. */
    @FunctionalInterface
    public interface Checker {
        /** The answer is a commit or a rollback of the transaction, from any thread, or none. */
        void check(SharedQueueHeader.CheckTransaction question, Delivery half);
    }

    /**
     * The broker's number for a queue; made when it does not exist, the broker allows it and {@code create} asks for it.
     *
     * @param streams how many equal lanes a new one gets, 0 for a lane for each priority
     */
    public Opened open(final String name, final boolean create, final int streams) throws BrokerException {
        final SharedQueueHeader.SharedQueueOpened opened = session.ask(
                new SharedQueueHeader.OpenSharedQueue(name, create, streams),
                SharedQueueHeader.SharedQueueOpened.class);
        return new Opened(
                new Destination(
                        opened.destination(),
                        DestinationKind.QUEUE,
                        name,
                        opened.topic().getBytes(StandardCharsets.UTF_8)),
                opened.lanes(),
                opened.ranked());
    }

    /**
     * Reads messages of a lane, whether consumers have them or not.
     *
     * @param offset the first one wanted; with {@code backward} the first one not wanted
     * @param maxMessages the most that are wanted; 0 asks for the ends alone
     */
    public LaneMessages read(
            final Destination destination,
            final int lane,
            final long offset,
            final boolean backward,
            final int maxMessages)
            throws BrokerException {
        final Records records = new Records();
        final SharedQueueHeader.LaneRead read = session.ask(
                new SharedQueueHeader.ReadLane(destination.number(), lane, offset, backward, maxMessages),
                SharedQueueHeader.LaneRead.class,
                records::take);
        final @Nullable Delivery[] batch = new Delivery[read.count()];
        try {
            Delivery.split(records.bytes, 1, read.count(), batch);
        } catch (MalformedFrameException e) {
            throw new BrokerException(ErrorCodes.MESSAGE_MALFORMED, BrokerException.textOf(e), e);
        }
        final List<Delivery> messages = new ArrayList<>(batch.length);
        for (final Delivery each : batch) {
            if (each != null) {
                messages.add(each.isLarge() ? withBody(each) : each);
            }
        }
        return new LaneMessages(read.start(), read.end(), messages);
    }

    private Delivery withBody(final Delivery large) throws BrokerException {
        final CompletableFuture<byte[]> body = new CompletableFuture<>();
        session.execute(
                () -> {
                    var unused = session.largeBodies()
                            .load(large)
                            .whenComplete((bytes, failure) -> Requests.complete(body, bytes, failure));
                },
                () -> body.completeExceptionally(Requester.lostMeanwhile()));
        return large.withBody(Requests.await(body));
    }

    /** Has the session asked about half messages of a group of producers; replaces the checker of the session. */
    public void offerChecks(final String producerGroup, final Checker checker) throws BrokerException {
        session.listeners().onCheck(checker);
        session.ask(new SharedQueueHeader.OfferChecks(producerGroup), Done.class);
    }

    /** Makes something ({@code create}), or changes those of its attributes that are given. */
    public void put(
            final ResourceKind kind, final String name, final boolean create, final Map<String, String> attributes)
            throws BrokerException {
        session.ask(new SharedQueueHeader.PutResource(kind, name, create, attributes), Done.class);
    }

    /** Ends something. */
    public void remove(final ResourceKind kind, final String name) throws BrokerException {
        session.ask(new SharedQueueHeader.RemoveResource(kind, name), Done.class);
    }

    /** All of one kind, in the order of their names. */
    public List<Resource> list(final ResourceKind kind) throws BrokerException {
        final List<Resource> all = new ArrayList<>();
        boolean more = true;
        while (more) {
            final String after = all.isEmpty() ? null : all.get(all.size() - 1).name();
            final SharedQueueHeader.Resources page =
                    session.ask(new SharedQueueHeader.ListResources(kind, after), SharedQueueHeader.Resources.class);
            all.addAll(page.resources());
            more = page.more() && !page.resources().isEmpty();
        }
        return all;
    }

    /**
     * Puts a message with other properties in the place of one that waits.
     *
     * @param toLane its new lane; -1 for the one that it is in
     * @param properties new values by name; an empty one takes the property away
     */
    public void update(
            final Destination destination,
            final String messageId,
            final int toLane,
            final Map<String, String> properties)
            throws BrokerException {
        session.ask(
                new SharedQueueHeader.UpdateMessage(destination.number(), messageId, toLane + 1, properties),
                Done.class);
    }

    /** The body of an answer, which is only there while the answer is taken. */
    private static final class Records {
        private byte[] bytes = NOTHING;

        void take(final ByteBuf body) {
            bytes = new byte[body.readableBytes()];
            body.readBytes(bytes);
        }
    }
}
