package io.ansermq.jms.session;

import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.DestinationHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.ResumeHeader;
import io.ansermq.remoting.protocol.SendingHeader;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.ansermq.remoting.transport.RemotingServer;
import io.ansermq.remoting.transport.TransportOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A broker of the fewest words that obeys the client protocol: queues and topics in memory, credit, leases, delivery
 * counts. Tests of the provider's rules run against it in milliseconds and can have it misbehave: hold answers back,
 * refuse a send, drop connections.
 */
final class MiniBroker implements AutoCloseable {
    static final String BAD_USER = "invalid";

    private static final int WINDOW_BYTES = 1 << 20;
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private final RemotingServer server;

    // Guarded by this.
    private final Map<String, Store> stores = new LinkedHashMap<>();
    private final List<Store> numbered = new ArrayList<>();
    private final List<Peer> peers = new ArrayList<>();
    private final Set<String> clientIds = new HashSet<>();
    private boolean holdingAnswers;
    private int refuseSends;
    private boolean onlyWhenAsked;
    private int ackFrames;
    private int subscriptions;

    MiniBroker() throws IOException {
        server = RemotingServer.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                TransportOptions.builder().name("mini").build(),
                Peer::new);
    }

    String uri() {
        return "anser://127.0.0.1:" + ((InetSocketAddress) server.localAddress()).getPort();
    }

    @Override
    public void close() {
        server.close();
    }

    // ---- What tests look at and turn

    /** Messages of a queue that nobody has acknowledged. */
    synchronized int backlog(final String queue) {
        final Store store = stores.get("QUEUE " + queue);
        return store == null
                ? 0
                : (int) store.entries.stream().filter(e -> !e.done).count();
    }

    synchronized int connections() {
        return peers.size();
    }

    synchronized int consumers() {
        return peers.stream().mapToInt(peer -> peer.consumers.size()).sum();
    }

    /** How many consumers there have been so far. */
    synchronized int subscriptions() {
        return subscriptions;
    }

    synchronized int ackFrames() {
        return ackFrames;
    }

    /** From now on sends are stored but not answered. */
    synchronized void holdAnswers() {
        holdingAnswers = true;
    }

    synchronized void giveAnswers() {
        holdingAnswers = false;
        peers.forEach(Peer::answerSends);
    }

    /** From now on messages wait here until a client asks whether there are any. */
    synchronized void deliverOnlyWhenAsked() {
        onlyWhenAsked = true;
    }

    /** What waits here is delivered as soon as there is credit, as at first. */
    synchronized void deliverAtOnce() {
        onlyWhenAsked = false;
        numbered.forEach(this::dispatch);
    }

    /** The next sends are refused. */
    synchronized void refuseSends(final int count) {
        refuseSends = count;
    }

    /** Ends all connections without a word. */
    void dropConnections() {
        final List<Peer> all;
        synchronized (this) {
            all = List.copyOf(peers);
        }
        all.forEach(peer -> peer.connection.close("dropped by the test"));
    }

    // ---- State

    private static final class Entry {
        final byte[] record;
        final int lane;
        final long offset;
        int deliveries;
        boolean done;
        Consumer lease;
        long tag;

        Entry(final byte[] record, final int lane, final long offset) {
            this.record = record;
            this.lane = lane;
            this.offset = offset;
        }
    }

    /** A queue, or what one subscriber of a topic has to get. */
    private static final class Store {
        final boolean queue;
        final String name;
        final int number;
        final List<Entry> entries = new ArrayList<>();
        final List<Consumer> consumers = new ArrayList<>();
        final long[] ends = new long[MessageLayout.LANES];
        int turn;

        Store(final boolean queue, final String name, final int number) {
            this.queue = queue;
            this.name = name;
            this.number = number;
        }

        void add(final byte[] record) {
            final int lane = MessageLayout.int32(record, MessageLayout.QUEUE_ID);
            entries.add(new Entry(record, lane, ends[lane]++));
        }

        Entry next() {
            return entries.stream()
                    .filter(e -> !e.done && e.lease == null)
                    .min(Comparator.<Entry>comparingInt(e -> -priority(e.lane)).thenComparingLong(e -> e.offset))
                    .orElse(null);
        }

        private static int priority(final int lane) {
            return (lane + 4) % 10;
        }
    }

    private static final class Consumer {
        final Peer peer;
        final int number;
        final Store store;
        int creditMessages;
        int creditBytes;
        long lastTag;

        Consumer(final Peer peer, final ConsumingHeader.Subscribe request, final Store store) {
            this.peer = peer;
            this.number = request.consumer();
            this.store = store;
            creditMessages = request.creditMessages();
            creditBytes = request.creditBytes();
        }

        void releaseUnseen(final long fromTag) {
            store.entries.stream()
                    .filter(entry -> entry.lease == this && entry.tag >= fromTag)
                    .forEach(entry -> entry.lease = null);
            creditMessages = 0;
            creditBytes = 0;
        }

        void release(final long handedTag) {
            for (final Entry entry : store.entries) {
                if (entry.lease == this) {
                    entry.lease = null;
                    entry.deliveries += entry.tag <= handedTag ? 1 : 0;
                    creditMessages++;
                    creditBytes += entry.record.length;
                }
            }
        }
    }

    private Store store(final ControlHeader.DestinationKind kind, final String name) {
        return stores.computeIfAbsent(kind + " " + name, key -> {
            final Store store = new Store(kind == ControlHeader.DestinationKind.QUEUE, name, numbered.size());
            numbered.add(store);
            return store;
        });
    }

    /** Each consumer in turn, as long as there is a message and credit. */
    private void dispatch(final Store store) {
        if (!onlyWhenAsked) {
            deliverAll(store);
        }
    }

    private static void deliverAll(final Store store) {
        boolean progress = !store.consumers.isEmpty();
        while (progress) {
            progress = false;
            for (int i = 0; i < store.consumers.size() && !progress; i++) {
                final Consumer consumer = store.consumers.get((store.turn + i) % store.consumers.size());
                final Entry entry = store.next();
                if (entry != null && consumer.creditMessages > 0 && consumer.creditBytes > 0) {
                    deliver(consumer, entry);
                    store.turn++;
                    progress = true;
                }
            }
        }
    }

    private static void deliver(final Consumer consumer, final Entry entry) {
        entry.lease = consumer;
        entry.tag = ++consumer.lastTag;
        consumer.creditMessages--;
        consumer.creditBytes -= entry.record.length;
        final byte[] record = entry.record.clone();
        ByteBuffer.wrap(record)
                .putLong(MessageLayout.QUEUE_OFFSET, entry.offset)
                .putInt(MessageLayout.RECONSUME_TIMES, entry.deliveries);
        consumer.peer.say(
                new ConsumingHeader.Deliver(consumer.number, entry.tag, 1), 0, Unpooled.wrappedBuffer(record));
    }

    // ---- One client

    private final class Peer implements ConnectionHandler {
        final Connection connection;
        final Map<Integer, Consumer> consumers = new LinkedHashMap<>();
        String clientId;
        long lastSend;
        long answered;

        Peer(final Connection connection) {
            this.connection = connection;
        }

        void say(final ControlHeader header, final int opaque, final ByteBuf body) {
            connection.write(RemotingCommand.control(header, opaque, body));
        }

        void answer(final RemotingCommand request, final ControlHeader header) {
            say(header, request.opaque(), Unpooled.EMPTY_BUFFER);
        }

        void answerSends() {
            if (!holdingAnswers && lastSend > answered) {
                answered = lastSend;
                say(new SendingHeader.SendDone(answered), 0, Unpooled.EMPTY_BUFFER);
            }
        }

        @Override
        public void onCommand(final Connection c, final RemotingCommand command) {
            synchronized (MiniBroker.this) {
                try {
                    handle(command);
                } finally {
                    command.release();
                }
            }
        }

        private void handle(final RemotingCommand command) {
            final ControlHeader header = command.control();
            if (header instanceof ConnectionHeader.Connect connect) {
                connect(command, connect);
            } else if (header instanceof DestinationHeader.OpenDestination open) {
                answer(
                        command,
                        open.name().startsWith("forbidden")
                                ? new ConnectionHeader.Failure(ErrorCodes.DESTINATION, "no " + open.name() + " here")
                                : new DestinationHeader.DestinationOpened(
                                        store(open.kind(), open.name()).number, open.name()));
            } else if (header instanceof SendingHeader.Send send) {
                send(send, command.body());
            } else if (header instanceof ConsumingHeader.Subscribe subscribe) {
                subscribe(command, subscribe);
            } else if (header instanceof ConsumingHeader.Flow flow) {
                credit(flow.consumer(), flow.creditMessages(), flow.creditBytes());
            } else if (header instanceof ConsumingHeader.Ack ack) {
                ackFrames++;
                int refused = 0;
                for (final ConsumingHeader.ConsumerAck each : ack.acks()) {
                    refused += acknowledge(each);
                }
                if (ack.confirm()) {
                    answer(command, new ConsumingHeader.AckDone(refused));
                }
            } else if (header instanceof ConsumingHeader.Expired expired) {
                acknowledge(new ConsumingHeader.ConsumerAck(
                        expired.consumer(),
                        0,
                        0,
                        0,
                        List.of(new ConsumingHeader.OffsetRange(expired.lane(), expired.offset(), expired.offset()))));
            } else if (header instanceof ConsumingHeader.Release release) {
                final Consumer consumer = consumers.get(release.consumer());
                consumer.release(release.handedTag());
                answer(command, new ConnectionHeader.Done());
                dispatch(consumer.store);
            } else if (header instanceof ConsumingHeader.ReleaseUnseen release) {
                final Consumer consumer = consumers.get(release.consumer());
                consumer.releaseUnseen(release.fromTag());
                answer(command, new ConnectionHeader.Done());
                dispatch(consumer.store);
            } else if (header instanceof ConsumingHeader.CloseConsumer close) {
                final Consumer consumer = consumers.remove(close.consumer());
                end(consumer, close.handedTag());
                answer(command, new ConnectionHeader.Done());
                dispatch(consumer.store);
            } else if (header instanceof ConsumingHeader.Fetch fetch) {
                final Consumer consumer = consumers.get(fetch.consumer());
                if (consumer != null) {
                    deliverAll(consumer.store);
                }
                answer(command, new ConnectionHeader.Done());
            } else if (header instanceof ConsumingHeader.Pull pull) {
                final Consumer consumer = consumers.get(pull.consumer());
                consumer.creditMessages = 1;
                consumer.creditBytes = pull.creditBytes();
                deliverAll(consumer.store);
                consumer.creditMessages = 0;
                answer(command, new ConnectionHeader.Done());
            } else if (header instanceof ResumeHeader.Resume resume) {
                answer(command, new ResumeHeader.Resumed(resume.firstUnanswered(), 0, List.of()));
            } else if (header instanceof ResumeHeader.AcknowledgeAgain again) {
                answer(
                        command,
                        new ConsumingHeader.AckDone(acknowledge(
                                new ConsumingHeader.ConsumerAck(again.consumer(), 0, 0, 0, again.ranges()))));
            } else if (header instanceof ResumeHeader.Mark) {
                answer(command, new ConnectionHeader.Done());
            } else if (header instanceof ConnectionHeader.Disconnect) {
                answer(command, new ConnectionHeader.Done());
            } else if (header instanceof DestinationHeader.Unsubscribe unsubscribe) {
                answer(command, new ConnectionHeader.Failure(ErrorCodes.DESTINATION, "no " + unsubscribe.name()));
            } else {
                throw new IllegalStateException("unexpected " + command);
            }
        }

        private void connect(final RemotingCommand command, final ConnectionHeader.Connect connect) {
            if (BAD_USER.equals(connect.user())) {
                answer(command, new ConnectionHeader.Failure(ErrorCodes.AUTHENTICATION, "wrong user or password"));
            } else if (connect.clientId() != null && !clientIds.add(connect.clientId())) {
                answer(
                        command,
                        new ConnectionHeader.Failure(
                                ErrorCodes.CLIENT_ID_IN_USE, "client ID '" + connect.clientId() + "' is in use"));
            } else {
                clientId = connect.clientId();
                peers.add(this);
                answer(
                        command,
                        new ConnectionHeader.Connected(1, "mini", 1, MAX_MESSAGE_BYTES, WINDOW_BYTES, 10_000, 99));
            }
        }

        private void send(final SendingHeader.Send send, final ByteBuf body) {
            final Store store = numbered.get(send.destination());
            lastSend = send.firstSequence() + send.count() - 1;
            if (refuseSends > 0) {
                refuseSends--;
                say(
                        new SendingHeader.SendFailed(
                                send.firstSequence(), send.count(), ErrorCodes.RESOURCE_LIMIT, "the disk is full"),
                        0,
                        Unpooled.EMPTY_BUFFER);
            } else {
                for (int i = 0; i < send.count(); i++) {
                    final byte[] record = new byte[body.getInt(body.readerIndex())];
                    body.readBytes(record);
                    stored(store, record);
                }
            }
            answerSends();
        }

        private void stored(final Store store, final byte[] record) {
            if (store.queue) {
                store.add(record);
                dispatch(store);
            } else {
                for (final Consumer consumer : store.consumers) {
                    consumer.store.add(record);
                    dispatch(consumer.store);
                }
            }
        }

        private void subscribe(final RemotingCommand command, final ConsumingHeader.Subscribe request) {
            final Store destination = numbered.get(request.destination());
            final Store own = destination.queue ? destination : new Store(true, destination.name, -1);
            final Consumer consumer = new Consumer(this, request, own);
            consumers.put(consumer.number, consumer);
            subscriptions++;
            own.consumers.add(consumer);
            if (!destination.queue) {
                destination.consumers.add(consumer);
            }
            answer(command, new ConsumingHeader.Subscribed(consumer.number));
            dispatch(own);
        }

        private void credit(final int number, final int messages, final int bytes) {
            final Consumer consumer = consumers.get(number);
            if (consumer != null) {
                consumer.creditMessages += messages;
                consumer.creditBytes += bytes;
                dispatch(consumer.store);
            }
        }

        private int acknowledge(final ConsumingHeader.ConsumerAck ack) {
            final Consumer consumer = consumers.get(ack.consumer());
            int refused = 0;
            for (final ConsumingHeader.OffsetRange range : ack.ranges()) {
                for (final Entry entry : consumer.store.entries) {
                    final boolean meant =
                            entry.lane == range.lane() && entry.offset >= range.first() && entry.offset <= range.last();
                    if (meant && (entry.lease == null || entry.lease == consumer)) {
                        entry.done = true;
                        entry.lease = null;
                    } else if (meant) {
                        refused++;
                    }
                }
            }
            credit(ack.consumer(), ack.creditMessages(), ack.creditBytes());
            return refused;
        }

        private void end(final Consumer consumer, final long handedTag) {
            consumer.release(handedTag);
            consumer.store.consumers.remove(consumer);
            numbered.forEach(store -> store.consumers.remove(consumer));
        }

        @Override
        public void onClosed(final Connection c, final Throwable cause) {
            synchronized (MiniBroker.this) {
                peers.remove(this);
                clientIds.remove(clientId);
                final List<Consumer> all = List.copyOf(consumers.values());
                consumers.clear();
                all.forEach(consumer -> end(consumer, Long.MAX_VALUE));
                all.forEach(consumer -> dispatch(consumer.store));
            }
        }
    }
}
