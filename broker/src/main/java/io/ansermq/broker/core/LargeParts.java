package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.store.commitlog.CommitLog;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The keeper of the parts of large bodies. Owned by the core agent.
 *
 * <p>A part is known by the position at which it was first stored, since that is what the lists in messages say; where it
 * stands now is known here. Several messages may list the same part: a dead letter and its original do until one is gone.
 *
 * <p>How long parts stay is decided by {@link LargeMessages}, which is careful. For the {@link Cleaner} a part is wanted
 * when the same walk came by a message that lists it: a settled message is remembered longer, and its parts are not worth
 * a copy. One that a walk missed, because its message went from one keeper to another meanwhile, is not lost but keeps the log
 * until the next walk.
 */
final class LargeParts implements Retained {

    /** What stands in the record of a part before its bytes: header and key. */
    static final int HEADER_BYTES = ControlRecord.HEADER_BYTES + ControlRecord.PART_KEY_BYTES;

    private static final int UNKNOWN = 0;

    /** One part. */
    static final class Part implements Comparable<Part> {
        private final long original;
        private long position;
        private int size = UNKNOWN;
        private int holders;
        private long walk;

        private Part(final long original) {
            this.original = original;
            this.position = original;
        }

        /** By where they stand. */
        @Override
        public int compareTo(final Part other) {
            final int order = Long.compare(position, other.position);
            return order == 0 ? Long.compare(original, other.original) : order;
        }

        /** What lists say of it. */
        long original() {
            return original;
        }

        /** Where it stands. */
        long position() {
            return position;
        }
    }

    private final CommitLog log;
    private final Forwarding forwarding;
    private final TreeMap<Long, Part> parts = new TreeMap<>();

    /** The same parts. Two can stand at one position: nothing checks what a client's list says. */
    private final TreeSet<Part> lowestFirst = new TreeSet<>();

    private final ByteBuffer header = ByteBuffer.allocateDirect(HEADER_BYTES);
    private long walks;

    LargeParts(final CommitLog log, final Forwarding forwarding) {
        this.log = log;
        this.forwarding = forwarding;
    }

    /** A message lists the part that was stored at this position. */
    Part hold(final long original) {
        Part part = parts.get(original);
        if (part == null) {
            part = new Part(original);
            parts.put(original, part);
            lowestFirst.add(part);
        }
        part.holders++;
        return part;
    }

    /** A state image says where a part stands. */
    void load(final Part part, final long position) {
        place(part, position);
    }

    private void place(final Part part, final long position) {
        lowestFirst.remove(part);
        part.position = position;
        lowestFirst.add(part);
    }

    /** A message that lists it is settled and forgotten. */
    void drop(final Part part) {
        part.holders--;
        if (part.holders == 0) {
            parts.remove(part.original);
            lowestFirst.remove(part);
        }
    }

    /** Where what was stored at this position stands now. */
    long positionOf(final long original) {
        final Part part = parts.get(original);
        return part == null ? original : part.position;
    }

    /** The position of the part that stands lowest, at most {@code position}. */
    long lowest(final long position) {
        return lowestFirst.isEmpty() ? position : Math.min(position, lowestFirst.first().position);
    }

    /** The walk under way came by a message that lists it. */
    void wanted(final Part part) {
        part.walk = walks;
    }

    /** A walk over all keepers begins. */
    void walkBegins() {
        walks++;
    }

    /**
     * The size of the record of the part at a position.
     *
     * @return -1 when there is none with this key
     */
    int sizeAt(final long position, final long key) {
        return isPart(position) && header.getLong(ControlRecord.HEADER_BYTES) == key ? header.getInt(0) : -1;
    }

    private boolean isPart(final long position) {
        final long end = log.watermarks().committed();
        return position >= log.start()
                && position <= end - HEADER_BYTES
                && log.read(position, HEADER_BYTES, header.clear(), 0)
                && ControlRecord.isControl(header, 0)
                && ControlRecord.kind(header, 0) == ControlRecord.PART
                && header.getInt(0) >= HEADER_BYTES
                && position + header.getInt(0) <= end;
    }

    /** Whether there is a part, whatever a client's list says; then its size is known. */
    private boolean isThere(final Part part) {
        if (part.size == UNKNOWN && isPart(part.position)) {
            part.size = header.getInt(0);
        }
        return part.size != UNKNOWN;
    }

    @Override
    public int number() {
        return PARTS;
    }

    /** It depends on what is wanted otherwise: {@link LargeMessages#oldestWanted} says it. */
    @Override
    public long oldestWanted() {
        return Long.MAX_VALUE;
    }

    @Override
    public Walk walk() {
        return new PartWalk();
    }

    @Override
    public boolean isWanted(final long key, final long offset, final long position) {
        final Part part = parts.get(key);
        return part != null && part.position == position;
    }

    @Override
    public void moved(final long key, final long offset, final long from, final long to) {
        final Part part = parts.get(key);
        if (part != null && part.position == from) {
            place(part, to);
            forwarding.add(from + HEADER_BYTES, to + HEADER_BYTES);
        }
    }

    /** In the order of their first positions, which outlives changes between two slices. */
    private final class PartWalk implements Walk {
        private long next;

        @Override
        public boolean advance(final int entries, final Visitor visitor) {
            for (int left = entries; left > 0; left--) {
                final Map.@Nullable Entry<Long, Part> entry = parts.ceilingEntry(next);
                if (entry == null) {
                    return true;
                }
                final Part part = entry.getValue();
                next = part.original + 1;
                if (part.walk == walks
                        && isThere(part)
                        && !visitor.wanted(part.original, 0, part.position, part.size)) {
                    return false;
                }
            }
            return false;
        }
    }
}
