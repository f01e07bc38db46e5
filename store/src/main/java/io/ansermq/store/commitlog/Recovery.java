package io.ansermq.store.commitlog;

import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.files.StoreFile;
import io.ansermq.store.files.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a log from whatever the last life left to where a new one can begin. Steps 1 (lock, choose the checkpoint) and 2
 * (choose the state image) are {@link CommitLog#open}; here are
 *
 * <ol start="3">
 *   <li>Visit all frames from the image's position on, up to the first that is not valid: the tail, at position X.
 *   <li>Find out whether something was lost. Let D be the highest durable position that the checkpoint or any valid
 *       frame, also one behind X, speaks of. X &lt; D: bytes that were forced are damaged, the store refuses to open.
 *       Else what stands behind X was never acknowledged as durable: segments of it are dropped, the rest of the segment
 *       is made zeros, and what is kept is written again and forced, because it is about to be acted on.
 *   <li>Write and force a frame with a new epoch, so that no byte of an earlier life can be taken for one of this.
 * </ol>
 *
 * <p>Each step can be cut off at any point and begun again. Used once, by the thread that opens the log.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final int ZERO_CHECK_BYTES = 64 << 10;
    private static final int REWRITE_BYTES = 1 << 20;

    private final Path directory;
    private final Segments segments;
    private final Checkpoint checkpoint;
    private final CRC32C crc = new CRC32C();

    /** D of step 4. */
    private long durable;

    private int epoch;
    private int highestEpoch;
    private boolean sequenceKnown;
    private long nextSequence;
    private long storeEpochMs;

    /**
     * @param directory where the segments are, for messages
     * @param durable what must not be missing: the higher of the checkpoint's durable position and the image's position
     * @param epoch no frame from the image's position on has a lower epoch
     */
    Recovery(
            final Path directory,
            final Segments segments,
            final Checkpoint checkpoint,
            final long durable,
            final int epoch) {
        this.directory = directory;
        this.segments = segments;
        this.checkpoint = checkpoint;
        this.durable = durable;
        this.epoch = epoch;
        this.highestEpoch = Math.max(epoch, checkpoint.state().epoch());
    }

    /** Runs steps 3 to 5. */
    LogTail run(final long from, final RecordVisitor visitor, final long nowEpochMs) throws IOException {
        requireStart(from);
        final long tail = scan(from, visitor);
        settle(tail);
        return beginEpoch(tail, Math.max(storeEpochMs, nowEpochMs));
    }

    /** The log must have the position that the replay starts from, if only as its end. */
    private void requireStart(final long from) {
        final SegmentRef[] live = segments.live();
        final boolean there = live.length == 0
                ? from == 0
                : from >= live[0].start() && (from == live[live.length - 1].end() || segments.find(from) != null);
        if (!there) {
            throw damaged(from);
        }
    }

    // ---- step 3: visit

    private long scan(final long from, final RecordVisitor visitor) {
        long position = from;
        while (true) {
            final SegmentRef segment = segments.find(position);
            if (segment == null) {
                return position;
            }
            position = scan(segment, position, visitor);
            if (position < segment.end()) {
                return position;
            }
        }
    }

    private long scan(final SegmentRef segment, final long from, final RecordVisitor visitor) {
        final ByteBuffer bytes = segment.buffer().duplicate();
        int index = (int) (from - segment.start());
        while (index < segment.length()) {
            final int length = FrameLayout.validLength(bytes, index, segment.length(), segment.start() + index, crc);
            if (length == 0 || !follows(bytes, index)) {
                break;
            }
            checkVersion(segment, bytes, index);
            epoch = bytes.getInt(index + FrameLayout.EPOCH);
            nextSequence = bytes.getLong(index + FrameLayout.SEQUENCE) + 1;
            sequenceKnown = true;
            storeEpochMs = bytes.getLong(index + FrameLayout.STORE_EPOCH_MS);
            learn(bytes, index);
            if (FrameLayout.isLost(bytes, index)) {
                visitor.lost(segment.start() + index, segment.start() + index + length);
            }
            visitRecords(segment, bytes, index, length, visitor);
            index += length;
        }
        return segment.start() + index;
    }

    private boolean follows(final ByteBuffer bytes, final int index) {
        final int frameEpoch = bytes.getInt(index + FrameLayout.EPOCH);
        if (frameEpoch < epoch) {
            return false;
        }
        if (!sequenceKnown || bytes.getLong(index + FrameLayout.SEQUENCE) == nextSequence) {
            return true;
        }
        return frameEpoch > epoch && FrameLayout.mayBeginEpoch(bytes, index);
    }

    private static void checkVersion(final SegmentRef segment, final ByteBuffer bytes, final int index) {
        final int version = FrameLayout.version(bytes, index);
        if (version != FrameLayout.VERSION) {
            throw new StoreException("the frame at position " + (segment.start() + index) + " in " + segment.path()
                    + " has format version " + version + ", this program reads " + FrameLayout.VERSION
                    + ": use a newer version of AnserMQ");
        }
    }

    /** Takes what any valid frame tells, wherever it stands. */
    private void learn(final ByteBuffer bytes, final int index) {
        final long claimed = bytes.getLong(index + FrameLayout.DURABLE_POSITION);
        if (claimed <= bytes.getLong(index + FrameLayout.BASE_POSITION)) {
            durable = Math.max(durable, claimed);
        }
        highestEpoch = Math.max(highestEpoch, bytes.getInt(index + FrameLayout.EPOCH));
    }

    private static void visitRecords(
            final SegmentRef segment,
            final ByteBuffer bytes,
            final int index,
            final int length,
            final RecordVisitor visitor) {
        final int end = index + length;
        int at = index + FrameLayout.HEADER_BYTES;
        for (int left = bytes.getInt(index + FrameLayout.RECORD_COUNT); left > 0; left--) {
            final long position = segment.start() + at;
            final int size = end - at < MessageLayout.BODY_CRC ? 0 : bytes.getInt(at + MessageLayout.TOTAL_SIZE);
            if (size < MessageLayout.BODY_CRC || size > end - at) {
                throw unreadable(segment, position, "its length is " + size);
            }
            final int magic = bytes.getInt(at + MessageLayout.MAGIC);
            bytes.limit(at + size).position(at);
            if (magic == MessageLayout.MAGIC_V1 || magic == MessageLayout.MAGIC_V2) {
                visitor.message(position, size, bytes);
            } else if (magic == ControlRecord.MAGIC) {
                visitor.control(position, bytes);
            } else {
                throw unreadable(segment, position, "its magic is 0x" + Integer.toHexString(magic));
            }
            bytes.clear();
            at += size;
        }
    }

    /** The frame's checksum fits, so this is no damage: somebody wrote what we do not know. */
    private static StoreException unreadable(final SegmentRef segment, final long position, final String what) {
        return new StoreException("the record at position " + position + " in " + segment.path()
                + " is of an unknown kind (" + what + "): it was written by a newer version of AnserMQ, use that");
    }

    // ---- step 4: settle the tail

    private void settle(final long tail) throws IOException {
        final long knownDurable = durable;
        // A log that was closed in order ends here and nowhere else: nothing was ever written behind.
        final boolean clean = tail == checkpoint.state().cleanEnd();
        final List<SegmentRef> written = clean ? List.of() : lookAhead(tail);
        if (tail < durable) {
            throw damaged(tail);
        }
        for (int i = segments.live().length - 1; i > 0; i--) {
            final SegmentRef behind = segments.live()[i];
            if (behind.start() <= tail) {
                break;
            }
            if (written.contains(behind) || segments.live()[i - 1].start() > tail) {
                segments.drop(behind);
            } else {
                segments.keepAsNext(behind);
            }
        }
        if (!clean) {
            cutOff(tail);
            rewrite(Math.min(knownDurable, tail), tail);
        }
    }

    /** Learns from the frames behind the tail; returns the segments that hold some. */
    private List<SegmentRef> lookAhead(final long tail) {
        final List<SegmentRef> written = new ArrayList<>();
        for (final SegmentRef segment : segments.live()) {
            if (segment.end() > tail && lookAhead(segment, Math.max(tail, segment.start()))) {
                written.add(segment);
            }
        }
        return written;
    }

    private boolean lookAhead(final SegmentRef segment, final long from) {
        final ByteBuffer bytes = segment.buffer().duplicate();
        boolean found = false;
        int index = (int) (from - segment.start());
        while (index <= segment.length() - FrameLayout.HEADER_BYTES) {
            final int length = FrameLayout.validLength(bytes, index, segment.length(), segment.start() + index, crc);
            if (length == 0) {
                index += FrameLayout.ALIGNMENT;
            } else {
                learn(bytes, index);
                found = true;
                index += length;
            }
        }
        return found;
    }

    private StoreException damaged(final long tail) {
        final SegmentRef segment = segments.find(tail);
        final String where = segment == null
                ? "the log segment that starts at position " + tail + " is missing in " + directory
                : "the log segment " + segment.path() + " is damaged at position " + tail + " (byte "
                        + (tail - segment.start()) + " of the file)";
        return new StoreException(where + ", but data up to position " + durable
                + " was acknowledged as stored: restore this data directory from a backup, or copy what is good with"
                + " 'anser store salvage " + directory + " NEWDIR'");
    }

    /** Makes zeros of what stands behind the tail in its segment. */
    private void cutOff(final long tail) throws IOException {
        SegmentRef segment = segments.find(tail);
        if (segment == null) {
            final SegmentRef[] live = segments.live();
            if (live.length == 0 || isWhole(live[live.length - 1], tail)) {
                return;
            }
            segments.lengthenLast();
            return;
        }
        if (!isWhole(segment, tail)) {
            segment = segments.lengthenLast();
        }
        final ByteBuffer bytes = segment.buffer().duplicate();
        int zeroed = 0;
        for (int index = (int) (tail - segment.start()); index < segment.length(); index += ZERO_CHECK_BYTES) {
            final int length = Math.min(ZERO_CHECK_BYTES, segment.length() - index);
            if (!isZero(bytes, index, length)) {
                Zeros.write(segment.file(), index, length);
                zeroed += length;
            }
        }
        if (zeroed > 0) {
            segment.file().force();
            LOG.info("cut off the unfinished end of {} behind position {}", segment.path(), tail);
        }
    }

    /** Whether a segment has a length that segments are made with, and frames can go on behind the tail. */
    private static boolean isWhole(final SegmentRef segment, final long tail) {
        final long left = segment.end() - tail;
        return segment.length() % StoreOptions.PAGE_BYTES == 0 && (left == 0 || left >= FrameLayout.HEADER_BYTES);
    }

    private static boolean isZero(final ByteBuffer bytes, final int index, final int length) {
        // The length is a multiple of 8: segments are whole pages, and frames are aligned.
        for (int at = index; at < index + length; at += Long.BYTES) {
            if (bytes.getLong(at) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Brings a range to the device. It is written once more before it is forced: when a force of the last life failed, the
     * system may take its pages for clean, so that a force alone would succeed and do nothing.
     */
    private void rewrite(final long from, final long to) throws IOException {
        final ByteBuffer copy = ByteBuffer.allocateDirect((int) Math.min(REWRITE_BYTES, to - from));
        for (final SegmentRef segment : segments.live()) {
            final long end = Math.min(to, segment.end());
            long position = Math.max(from, segment.start());
            final boolean forces = position < end;
            while (position < end) {
                final int length = (int) Math.min(copy.capacity(), end - position);
                final int index = (int) (position - segment.start());
                copy.clear().put(0, segment.buffer(), index, length).limit(length);
                segment.file().write(copy, index);
                position += length;
            }
            if (forces) {
                segment.file().force();
            }
        }
    }

    // ---- step 5: begin a new epoch

    private LogTail beginEpoch(final long tail, final long nowEpochMs) throws IOException {
        final int newEpoch = highestEpoch + 1;
        // The number is taken before a frame bears it, and from here on the log no longer counts as closed in order.
        checkpoint.opened(newEpoch, tail);
        final int recordBytes = ControlRecord.sizeOfEpoch(newEpoch, tail);
        final int usedBytes = FrameLayout.HEADER_BYTES + recordBytes;
        final ByteBuffer frame = ByteBuffer.allocateDirect(usedBytes + FrameLayout.MAX_CLOSING_BYTES);
        ControlRecord.encodeEpoch(frame.position(FrameLayout.HEADER_BYTES), newEpoch, tail);

        SegmentRef segment = tailSegment(tail);
        long position = tail;
        if (segment.end() - position < FrameLayout.aligned(usedBytes)) {
            if (position < segment.end()) {
                final int length = (int) (segment.end() - position);
                final ByteBuffer pad = ByteBuffer.allocateDirect(FrameLayout.HEADER_BYTES);
                FrameLayout.putHeader(
                        pad, 0, length, newEpoch, position, nextSequence++, nowEpochMs, 0, FrameLayout.PAD);
                write(segment, position, pad, FrameLayout.HEADER_BYTES, tail);
            }
            segment = segments.roll();
            position = segment.start();
        }
        final int length = FrameLayout.closedLength(usedBytes, segment.end() - position);
        FrameLayout.putHeader(
                frame, 0, length, newEpoch, position, nextSequence++, nowEpochMs, 1, FrameLayout.NEW_EPOCH);
        write(segment, position, frame, length, tail);
        return new LogTail(position + length, segment.start(), segment.end(), nextSequence, newEpoch, nowEpochMs);
    }

    private SegmentRef tailSegment(final long tail) throws IOException {
        final SegmentRef[] live = segments.live();
        if (live.length == 0) {
            return segments.createFirst(tail);
        }
        return live[live.length - 1];
    }

    private void write(
            final SegmentRef segment, final long position, final ByteBuffer frame, final int bytes, final long tail)
            throws IOException {
        FrameLayout.complete(frame, 0, tail, crc);
        final StoreFile file = segment.file();
        file.write(frame.clear().limit(bytes), position - segment.start());
        file.force();
    }
}
