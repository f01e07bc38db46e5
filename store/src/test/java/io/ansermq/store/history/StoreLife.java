package io.ansermq.store.history;

import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.ReadOutcome;
import io.ansermq.store.commitlog.RecordVisitor;
import io.ansermq.store.files.Files;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.image.ImageReader;
import io.ansermq.store.image.ImageWriter;
import io.ansermq.store.index.Queue;
import io.ansermq.store.index.QueueIndex;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One life of a store: a log and the index derived from it, driven the way the broker drives them. An item enters the index
 * when it is committed, and images are filled over several steps.
 */
final class StoreLife {
    static final Path DIRECTORY = Path.of("/data");
    private static final int OUR_ENTRY = 16;

    /** The kind of a control record: queue i32, floor i64. */
    private static final int FLOOR = 99;

    private static final int FLOOR_BYTES = ControlRecord.HEADER_BYTES + Integer.BYTES + Long.BYTES;

    private final Promises promises;
    private final List<Throwable> failures = new ArrayList<>();
    private final CommitLog log;
    private final QueueIndex index;
    private int applied;
    private long nowNs;
    private long committedAtFailure = -1;
    private @Nullable ImageWriter image;
    private QueueIndex.@Nullable Snapshot snapshot;

    private StoreLife(final Promises promises, final CommitLog log, final QueueIndex index) {
        this.promises = promises;
        this.log = log;
        this.index = index;
        this.applied = promises.size();
    }

    /** Starts on a directory, and compares what is there with what is owed. */
    static StoreLife begin(final Files files, final StoreOptions options, final Promises promises) {
        final CommitLog log = CommitLog.open(files, DIRECTORY, options, () -> 1_000_000);
        final ImageReader image = log.image();
        final long from = image == null ? log.start() : image.position();
        final QueueIndex index = QueueIndex.open(files, DIRECTORY, options, image, log.background());
        final List<Item> found = new ArrayList<>();
        log.replay(new RecordVisitor() {
            @Override
            public void message(final long position, final int size, final ByteBuffer record) {
                final byte[] bytes = new byte[size];
                record.get(bytes);
                final int queue = MessageLayout.int32(bytes, MessageLayout.QUEUE_ID);
                final long offset = MessageLayout.int64(bytes, MessageLayout.QUEUE_OFFSET);
                found.add(new Item(position, position + size, bytes, 0, false, queue, offset, FlushLevel.WRITTEN));
                index.queue(queue).append(offset, position, size, 0, 0, 0);
            }

            @Override
            public void control(final long position, final ByteBuffer record) {
                final byte[] bytes = new byte[record.remaining()];
                record.get(bytes);
                final ByteBuffer fields = ByteBuffer.wrap(bytes);
                if (ControlRecord.kind(fields, 0) == FLOOR) {
                    final int queue = fields.getInt(ControlRecord.HEADER_BYTES);
                    final long floor = fields.getLong(ControlRecord.HEADER_BYTES + Integer.BYTES);
                    found.add(new Item(
                            position, position + bytes.length, bytes, 0, true, queue, floor, FlushLevel.WRITTEN));
                    index.queue(queue).releaseBelow(floor);
                }
            }
        });
        promises.restarted(from, found);
        final StoreLife life = new StoreLife(promises, log, index);
        log.attach(() -> {}, life::failed);
        life.compareIndex();
        return life;
    }

    private void failed(final Throwable failure) {
        failures.add(failure);
        committedAtFailure = log.watermarks().committed();
    }

    boolean isFailed() {
        return !failures.isEmpty();
    }

    /** The index must say of each queue what the log holds, and each message must be readable. */
    private void compareIndex() {
        final ByteBuffer bytes = ByteBuffer.allocate(StoreHistory.MAX_RECORD_BYTES);
        for (int number = 0; number < Promises.QUEUES; number++) {
            final Queue queue = index.queue(number);
            final List<Item> items = promises.queue(number);
            if (queue.end() != items.size()) {
                throw new BrokenPromise("the index of queue " + number + " ends at " + queue.end() + ", the log holds "
                        + items.size() + " of its messages");
            }
            if (queue.start() < promises.floor(number)) {
                throw new BrokenPromise("wanted again: queue " + number + " starts at " + queue.start()
                        + ", its messages below " + promises.floor(number) + " were settled");
            }
            for (long offset = queue.start(); offset < queue.end(); offset++) {
                final Item item = items.get((int) offset);
                if (queue.position(offset) != item.position() || queue.size(offset) != item.bytes().length) {
                    throw new BrokenPromise("the index of queue " + number + " says that offset " + offset + " is at "
                            + queue.position(offset) + ", it is " + item);
                }
                if (log.readIntact(item.position(), item.bytes().length, bytes, 0) != ReadOutcome.READ) {
                    throw new BrokenPromise.Unreadable("cannot be read: " + item);
                }
                if (!bytes.slice(0, item.bytes().length).equals(ByteBuffer.wrap(item.bytes()))) {
                    throw new BrokenPromise("altered: " + item);
                }
            }
        }
    }

    // ---- what can be done in a life

    /** @param recordBytes how long each is, 0 for any length */
    void append(final Random dice, final int records, final int recordBytes) {
        for (int i = 0; i < records; i++) {
            final byte[] record = LogFixture.message(dice, recordBytes == 0 ? anyLength(dice) : recordBytes);
            if (!room(() -> log.writer().reserve(record.length))) {
                return;
            }
            commit(dice, record, 0);
        }
    }

    /** All of them or none. */
    void appendTogether(final Random dice, final int records) {
        final List<byte[]> group = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            group.add(LogFixture.message(dice, MessageLayout.BODY + dice.nextInt(600)));
        }
        final int total = group.stream().mapToInt(record -> record.length).sum();
        if (!room(() -> log.writer().together(total))) {
            return;
        }
        final int number = promises.newGroup();
        for (final byte[] record : group) {
            if (!log.writer().reserve(record.length)) {
                throw new BrokenPromise("no room for the rest of a group");
            }
            commit(dice, record, number);
        }
    }

    private void commit(final Random dice, final byte[] record, final int group) {
        final int number = dice.nextInt(Promises.QUEUES);
        final long offset = promises.queue(number).size();
        ByteBuffer.wrap(record).putInt(MessageLayout.QUEUE_ID, number).putLong(MessageLayout.QUEUE_OFFSET, offset);
        final FlushLevel level = dice.nextInt(3) == 0 ? FlushLevel.DURABLE : FlushLevel.WRITTEN;
        final long position = log.writer().position();
        log.writer().slot().put(record);
        log.writer().commit(level);
        promises.put(new Item(position, position + record.length, record, group, false, number, offset, level));
    }

    private static int anyLength(final Random dice) {
        final int limit = dice.nextInt(12) == 0 ? StoreHistory.MAX_RECORD_BYTES : 400;
        return MessageLayout.BODY + dice.nextInt(limit - MessageLayout.BODY);
    }

    private boolean room(final BooleanSupplier attempt) {
        while (!attempt.getAsBoolean()) {
            seal();
            if (log.doLogWork() == 0) {
                if (!isFailed()) {
                    throw new BrokenPromise("no room, and nothing to write");
                }
                return false;
            }
            observe();
        }
        return true;
    }

    void seal() {
        log.writer().seal(1_000_000);
    }

    void logWork() {
        log.doLogWork();
        observe();
    }

    void auxWork(final long passedNs) {
        nowNs += passedNs;
        log.doAuxWork(nowNs);
        observe();
    }

    /** Takes note of every answer, and applies what is committed. */
    private void observe() {
        if (isFailed() && log.watermarks().committed() != committedAtFailure) {
            throw new BrokenPromise("something was committed after the store had stopped");
        }
        promises.answered(log.watermarks().committed(), log.watermarks().durable());
        while (applied < promises.answered()) {
            final Item item = promises.get(applied++);
            if (item.floor()) {
                index.queue(item.queue()).releaseBelow(item.offset());
            } else {
                index.queue(item.queue()).append(item.offset(), item.position(), item.bytes().length, 0, 0, 0);
            }
        }
    }

    /** One step of an image: begin, add a queue, add the rest and publish, or give it up. */
    void imageStep(final Random dice) {
        final ImageWriter current = image;
        if (current == null || current.isDone()) {
            observe();
            image = log.beginImage(log.watermarks().committed());
            snapshot = index.snapshot(image);
        } else if (snapshot != null) {
            if (dice.nextInt(20) == 0) {
                current.abandon();
                snapshot = null;
            } else if (snapshot.advance(1)) {
                snapshot = null;
                current.add(OUR_ENTRY, ByteBuffer.allocate(8));
                current.finish();
            }
        }
    }

    /** Some messages of a queue are settled: a record says so, and they go when it is committed. */
    void settle(final Random dice) {
        final int number = dice.nextInt(Promises.QUEUES);
        final Queue queue = index.queue(number);
        final long floor = queue.start() + dice.nextInt((int) (queue.end() - queue.start()) + 1);
        if (!room(() -> log.writer().reserve(FLOOR_BYTES))) {
            return;
        }
        final byte[] record = ByteBuffer.allocate(FLOOR_BYTES)
                .putInt(FLOOR_BYTES)
                .putInt(ControlRecord.MAGIC)
                .putShort((short) FLOOR)
                .putShort((short) 1)
                .putInt(number)
                .putLong(floor)
                .array();
        final long position = log.writer().position();
        log.writer().slot().put(record);
        final FlushLevel level = dice.nextBoolean() ? FlushLevel.DURABLE : FlushLevel.WRITTEN;
        log.writer().commit(level);
        promises.put(new Item(position, position + record.length, record, 0, true, number, floor, level));
    }

    /** The log is told what nobody wants any more. */
    void release() {
        long oldestWanted = log.watermarks().committed();
        for (int number = 0; number < Promises.QUEUES; number++) {
            final Queue queue = index.queue(number);
            if (queue.start() < queue.end()) {
                oldestWanted = Math.min(oldestWanted, queue.position(queue.start()));
            }
        }
        log.releaseBelow(oldestWanted);
    }

    void close() {
        seal();
        index.close();
        try {
            log.close();
        } catch (final StoreException e) {
            failed(e);
        }
        if (!isFailed()) {
            promises.closed();
        }
    }
}
