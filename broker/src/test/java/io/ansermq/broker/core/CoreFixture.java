package io.ansermq.broker.core;

import io.ansermq.broker.security.Access;
import io.ansermq.remoting.protocol.ConsumingHeader.Ack;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribe;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DestinationHeader.DestinationOpened;
import io.ansermq.remoting.protocol.DestinationHeader.OpenDestination;
import io.ansermq.remoting.protocol.LargeBody;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import io.ansermq.remoting.protocol.SendingHeader;
import io.ansermq.remoting.protocol.SendingHeader.GetPart;
import io.ansermq.remoting.protocol.SendingHeader.PartPut;
import io.ansermq.remoting.protocol.SendingHeader.PutPart;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.ansermq.remoting.protocol.TransactionHeader.RecordRun;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.files.DiskFiles;
import io.ansermq.store.files.Files;
import io.ansermq.store.fixtures.SimFiles;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.zip.CRC32;

/**
 * The core agent over a real log in a directory, with no thread but the test's: {@link #core()} and {@link #log()} are
 * single turns, {@link #settle()} turns both until nothing moves. Time stands still unless {@link #nowEpochMs} is set.
 */
final class CoreFixture implements AutoCloseable {

    private static final int LANE_4 = 0;

    /** What parts of large bodies are stored with. */
    private static final long PART_KEY = 4711;

    private Files files;
    private final Path directory;
    private final FlushLevel flush;
    private final FlushLevel acknowledgements;
    private final CleanerSettings cleaner;
    private final DestinationPolicy policy;
    /** To be changed before a restart. */
    DiskSettings disk = new DiskSettings(0, 75, 85, 90, 0, 1_000, 1 << 20);

    /** To be changed before a restart. */
    CoreGuest guest = CoreGuest.NOBODY;

    long nowEpochMs = 1_000_000;
    private long nowNs;
    private CommitLog log;
    private Inbox inbox;
    private Core core;
    private CoreDesk desk;
    private final Map<Integer, DestinationKind> kinds = new HashMap<>();

    CoreFixture(final Path directory, final FlushLevel flush) {
        this(directory, flush, DestinationPolicy.NONE);
    }

    CoreFixture(final Path directory, final FlushLevel flush, final DestinationPolicy policy) {
        this(new DiskFiles(), directory, flush, flush, policy, new CleanerSettings(600_000, 2, 1 << 30));
    }

    CoreFixture(final Files files, final Path directory, final FlushLevel flush, final CleanerSettings cleaner) {
        this(files, directory, flush, flush, DestinationPolicy.NONE, cleaner);
    }

    /** @param acknowledgements the level of the records that are not messages */
    CoreFixture(final Files files, final Path directory, final FlushLevel flush, final FlushLevel acknowledgements) {
        this(
                files,
                directory,
                flush,
                acknowledgements,
                DestinationPolicy.NONE,
                new CleanerSettings(600_000, 2, 1 << 30));
    }

    private CoreFixture(
            final Files files,
            final Path directory,
            final FlushLevel flush,
            final FlushLevel acknowledgements,
            final DestinationPolicy policy,
            final CleanerSettings cleaner) {
        this.files = files;
        this.directory = directory;
        this.flush = flush;
        this.acknowledgements = acknowledgements;
        this.policy = policy;
        this.cleaner = cleaner;
        open();
    }

    private void open() {
        final StoreOptions options = StoreOptions.builder()
                .segmentBytes(1 << 20)
                .stagingBytes(1 << 20)
                .minFreeBytes(0)
                .keyIndex(false)
                .defaultLevel(flush)
                .build();
        log = CommitLog.open(files, directory, options, () -> nowEpochMs);
        inbox = new Inbox(new CoreThread("never started", false, failure -> {}));
        final CoreSettings settings =
                new CoreSettings("test", () -> 0, new Destinations(), true, 1, cleaner, disk, 1L << 30, 60_000);
        core = new CoreAssembly(log, files, directory, options, inbox, () -> nowEpochMs, settings)
                .recover(new Guests(List.of(new DeskTaker(), guest)));
    }

    /** All configured alike. */
    private final class Destinations implements DestinationSettings {
        @Override
        public FlushLevel flush(final String destination) {
            return destination.isEmpty() ? acknowledgements : flush;
        }

        @Override
        public DestinationPolicy policy(final String destination) {
            return policy;
        }
    }

    /** The first guest: takes the desk, and does nothing. */
    private final class DeskTaker implements CoreGuest {
        @Override
        public void attach(final CoreDesk newDesk) {
            desk = newDesk;
        }
    }

    /** One turn of the core agent. */
    void core() {
        nowNs += 1_000;
        core.doWork(nowNs);
    }

    /** One turn of the log agent. */
    void log() {
        log.doLogWork();
    }

    /** Turns until nothing moves. */
    void settle() {
        for (int i = 0; i < 10; i++) {
            core();
            log();
            log.doAuxWork(nowNs);
        }
    }

    /** Lets the image interval pass and the image be published. */
    void saveImage() {
        nowNs += 10_000_000;
        settle();
    }

    /** Lets so much time pass at once, by the monotonic clock. */
    void passMs(final int ms) {
        nowNs += ms * 1_000_000L - 11_000;
        settle();
    }

    /** Lets so much time pass at once. */
    void passSeconds(final int seconds) {
        nowNs += seconds * 1_000_000_000L;
        settle();
    }

    /** The number of the broker's life. */
    long run() {
        return log.epoch();
    }

    /** The position of the oldest byte that the log still has. */
    long logStart() {
        return log.start();
    }

    /** Ends the process without a word and starts on the same directory again. */
    void restart() {
        core.close();
        open();
    }

    /** Ends in order, all clients having vanished, and starts on the same directory again. */
    void stopAndStart() {
        for (nowNs += 1_000; !core.finish(nowNs); nowNs += 1_000) {
            log();
        }
        restart();
    }

    /** What a guest would have. */
    CoreDesk desk() {
        return desk;
    }

    /** The process dies, and another starts on what it has written. */
    void kill() {
        disk().kill();
        open();
    }

    /** The power fails, the process with it, and it starts again on what the disk still has. */
    void crash(final Random random) {
        files = ((SimFiles) files).crash(random);
        open();
    }

    /** The simulated disk, if it is one. */
    SimFiles disk() {
        return (SimFiles) files;
    }

    Cleaner cleaner() {
        return core.cleaner();
    }

    /** One turn of the aux agent. */
    void aux() {
        log.doAuxWork(nowNs);
    }

    /** Lets so much time pass, and nothing happen. */
    void waitMs(final long ms) {
        nowNs += ms * 1_000_000L;
    }

    Client client() {
        return new Client(inbox);
    }

    @Override
    public void close() {
        core.close();
    }

    /** What a client was told, in order. */
    final class Client extends ClientLink {
        final List<ControlHeader> answers = new ArrayList<>();
        final List<Delivered> deliveries = new ArrayList<>();
        private final List<String> parts = new ArrayList<>();
        long settledSequence;
        int unconsumed;
        private final Inbox inbox;
        private final List<Runnable> told = new ArrayList<>();
        private final Map<Integer, String> topics = new HashMap<>();
        /** The number of the next send. */
        long nextSequence = 1;

        /** Whether another connection has taken the place of this one. */
        boolean replaced;

        Client(final Inbox inbox) {
            this.inbox = inbox;
            admitted(Access.UNLIMITED);
        }

        int open(final DestinationKind kind, final String name) {
            answers.clear();
            request(new OpenDestination(kind, name, true));
            settle();
            final int number = ((DestinationOpened) answers.get(answers.size() - 1)).destination();
            kinds.put(number, kind);
            topics.put(number, ((DestinationOpened) answers.get(answers.size() - 1)).topic());
            return number;
        }

        void request(final ControlHeader header) {
            inbox.offer(this, header, 1, null);
        }

        void send(final int destination, final String... texts) {
            send(destination, LANE_4, 0, texts);
        }

        void send(final int destination, final int lane, final int sysFlag, final String... texts) {
            final ByteBuf body = Unpooled.buffer();
            for (final String text : texts) {
                encode(body, lane, sysFlag, topic, text);
            }
            unconsumed += body.readableBytes();
            inbox.offer(this, new Send(nextSequence, texts.length, destination), 0, body);
            nextSequence += texts.length;
        }

        /** What {@link #send} notes of the records it makes. */
        int expirySec = Expiry.NEVER;

        long deliverAtEpochMs = DeliveryTime.NOW;
        byte[] properties = {};

        /** A message whose body is stored in parts, one per text. */
        void sendLarge(final int destination, final String... texts) {
            final long[] positions = new long[texts.length];
            int length = 0;
            for (int i = 0; i < texts.length; i++) {
                final ByteBuf part = Unpooled.copiedBuffer(texts[i], StandardCharsets.UTF_8);
                length += part.readableBytes();
                unconsumed += part.readableBytes();
                inbox.offer(this, new PutPart(1, PART_KEY), 1, part);
                settle();
                positions[i] = ((PartPut) lastAnswer()).position();
            }
            final ByteBuf body = Unpooled.buffer();
            final byte[] list = new LargeBody(length, 0, PART_KEY, positions).encode();
            encode(body, LANE_4, MessageLayout.SYS_FLAG_LARGE, topic, list);
            unconsumed += body.readableBytes();
            inbox.offer(this, new Send(nextSequence++, 1, destination), 0, body);
        }

        /** The parts of a large message that was delivered. */
        List<String> load(final Delivered delivered) {
            parts.clear();
            for (final long position : delivered.parts) {
                request(new GetPart(position, PART_KEY));
                settle();
            }
            return List.copyOf(parts);
        }

        private void encode(
                final ByteBuf body, final int lane, final int sysFlag, final String topicText, final String text) {
            encode(body, lane, sysFlag, topicText, text.getBytes(StandardCharsets.UTF_8));
        }

        private void encode(
                final ByteBuf body, final int lane, final int sysFlag, final String topicText, final byte[] bytes) {
            final CRC32 crc = new CRC32();
            crc.update(bytes);
            final int at = body.writerIndex();
            MessageLayout.encode(
                    body,
                    lane,
                    0,
                    sysFlag,
                    nowEpochMs,
                    (int) crc.getValue(),
                    bytes,
                    0,
                    bytes.length,
                    topicText.getBytes(StandardCharsets.UTF_8),
                    properties);
            final long tagsCode = (sysFlag & MessageLayout.SYS_FLAG_GROUPED) == 0
                    ? MessageProperties.tagsCode(properties, 0, properties.length)
                    : MessageProperties.groupedCode(ByteBuffer.wrap(properties), 0, properties.length);
            SendPrefix.note(body, at, tagsCode, expirySec, deliverAtEpochMs);
        }

        /** A request that brings messages of a transaction; {@code header} gets where they go. */
        void work(final Function<List<RecordRun>, ControlHeader> header, final Outgoing... messages) {
            final ByteBuf body = Unpooled.buffer();
            final List<RecordRun> runs = new ArrayList<>();
            for (final Outgoing message : messages) {
                encode(body, LANE_4, 0, topics.get(message.destination), message.text);
                runs.add(new RecordRun(message.destination, 1));
            }
            unconsumed += body.readableBytes();
            inbox.offer(this, header.apply(runs), 1, body);
        }

        ControlHeader lastAnswer() {
            return answers.get(answers.size() - 1);
        }
        /** What {@link #send} gives its records, as texts: names and values in turn. */
        void properties(final String... namesAndValues) {
            final MessageProperties.Builder builder = new MessageProperties.Builder();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                builder.put(namesAndValues[i], namesAndValues[i + 1]);
            }
            properties = builder.toBytes();
        }

        /** The topic text of the records that {@link #send} makes. */
        String topic = "q";

        void subscribe(final int consumer, final int destination, final int credit) {
            request(new Subscribe(consumer, destination, typeOf(destination), null, null, false, credit, 1 << 20));
            settle();
        }

        void subscribe(
                final SubscriptionType type,
                final int consumer,
                final int destination,
                final String selector,
                final boolean noLocal,
                final int credit) {
            request(new Subscribe(consumer, destination, type, null, selector, noLocal, credit, 1 << 20));
            settle();
        }

        private SubscriptionType typeOf(final int destination) {
            return kinds.get(destination) == DestinationKind.TOPIC ? SubscriptionType.VOLATILE : SubscriptionType.QUEUE;
        }

        void acknowledge(final boolean confirm, final int consumer, final int lane, final long first, final long last) {
            request(new Ack(
                    confirm, List.of(new ConsumerAck(consumer, 0, 0, 0, List.of(new OffsetRange(lane, first, last))))));
        }

        void vanish() {
            inbox.offer(this, null, 0, null);
            settle();
        }

        List<String> texts() {
            return deliveries.stream().map(Delivered::text).toList();
        }

        @Override
        public long id() {
            return 1;
        }

        @Override
        public String remote() {
            return "test";
        }

        /** Whether its client ID was accepted. */
        boolean welcomed;

        @Override
        public void welcome(final int opaque) {
            welcomed = true;
        }

        @Override
        public void replaced() {
            replaced = true;
        }

        @Override
        public void settled(final long sequence) {
            told.add(() -> settledSequence = sequence);
        }

        @Override
        public void refused(final long firstSequence, final int count, final int error, final String text) {
            told.add(() -> answers.add(new SendingHeader.SendFailed(firstSequence, count, error, text)));
        }

        @Override
        public void answer(final int opaque, final ControlHeader header) {
            told.add(() -> answers.add(header));
        }

        @Override
        public void deliver(
                final int consumer,
                final long tag,
                final int lane,
                final long offset,
                final long position,
                final int size,
                final int deliveriesBefore) {
            final ByteBuffer record = ByteBuffer.allocate(size);
            if (!log.read(position, size, record, 0)) {
                throw new AssertionError(
                        "no record at " + position + " size " + size + " lane " + lane + " offset " + offset + " log "
                                + log.start() + " written " + log.watermarks().written() + " committed "
                                + log.watermarks().committed());
            }
            final byte[] body = new byte[MessageLayout.bodyLength(record, 0)];
            record.get(MessageLayout.bodyOffset(record, 0), body);
            final Delivered delivered = new Delivered(
                    consumer,
                    tag,
                    lane,
                    offset,
                    deliveriesBefore,
                    new String(body, StandardCharsets.UTF_8),
                    properties(record),
                    partsOf(record));
            told.add(() -> deliveries.add(delivered));
        }

        @Override
        public void part(final int opaque, final long position, final int length) {
            final ByteBuffer bytes = ByteBuffer.allocate(length);
            if (!log.read(position, length, bytes, 0)) {
                throw new AssertionError("no part at " + position);
            }
            final String text = new String(bytes.array(), StandardCharsets.UTF_8);
            told.add(() -> parts.add(text));
        }

        private static List<Long> partsOf(final ByteBuffer record) {
            return (record.getInt(MessageLayout.SYS_FLAG) & MessageLayout.SYS_FLAG_LARGE) == 0
                    ? List.of()
                    : Arrays.stream(LargeBody.positions(
                                    record, MessageLayout.bodyOffset(record, 0), MessageLayout.bodyLength(record, 0)))
                            .boxed()
                            .toList();
        }

        private static Map<String, String> properties(final ByteBuffer record) {
            final byte[] block = new byte[MessageLayout.propertiesLength(record, 0)];
            record.get(MessageLayout.propertiesOffset(record, 0), block);
            return MessageProperties.toMap(block, 0, block.length);
        }

        @Override
        public void consumed(final int bytes) {
            unconsumed -= bytes;
        }

        @Override
        public void flush() {
            told.forEach(Runnable::run);
            told.clear();
        }
    }

    /** A message of a transaction. */
    record Outgoing(int destination, String text) {}

    /** One delivery as its client saw it. */
    record Delivered(
            int consumer,
            long tag,
            int lane,
            long offset,
            int deliveriesBefore,
            String text,
            Map<String, String> properties,
            List<Long> parts) {}
}
