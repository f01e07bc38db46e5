package io.ansermq.store.commitlog;

import io.ansermq.store.AppendMode;
import java.io.IOException;
import java.nio.ByteBuffer;

/** How frames come from staging memory into a segment. Owned by {@code log}. */
interface SegmentWriter {
    /**
     * Writes frames that lie side by side in staging memory and in the log.
     *
     * @param staging a view of staging memory; its position and limit may be changed
     */
    void write(SegmentRef segment, long position, ByteBuffer staging, int index, int bytes) throws IOException;

    /** Brings a written range of a segment to the device. */
    void force(SegmentRef segment, long from, long to) throws IOException;

    static SegmentWriter of(final AppendMode mode) {
        return switch (mode) {
            case MAPPED -> new Mapped();
            case CHANNEL -> new Channel();
            case AUTO -> throw new IllegalArgumentException("AUTO is resolved by the options");
        };
    }

    /** One positional write for each run of frames, and a force of the file. */
    final class Channel implements SegmentWriter {
        @Override
        public void write(
                final SegmentRef segment,
                final long position,
                final ByteBuffer staging,
                final int index,
                final int bytes)
                throws IOException {
            segment.file().write(staging.limit(index + bytes).position(index), position - segment.start());
            staging.clear();
        }

        @Override
        public void force(final SegmentRef segment, final long from, final long to) throws IOException {
            segment.file().force();
        }
    }

    /**
     * Copies into the mapping that readers use too; no system call but for the force. The segment has all its blocks
     * before it is mapped: a store into a hole of a full disk would kill the process.
     */
    final class Mapped implements SegmentWriter {
        @Override
        public void write(
                final SegmentRef segment,
                final long position,
                final ByteBuffer staging,
                final int index,
                final int bytes) {
            segment.region().buffer().put((int) (position - segment.start()), staging, index, bytes);
        }

        @Override
        public void force(final SegmentRef segment, final long from, final long to) throws IOException {
            final long first = Math.max(from, segment.start());
            final long last = Math.min(to, segment.end());
            segment.region().force((int) (first - segment.start()), (int) (last - first));
        }
    }
}
