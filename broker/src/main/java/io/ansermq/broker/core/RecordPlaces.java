package io.ansermq.broker.core;

import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;

/** Where some messages stand in the log, and by which lane and offset they are known. Not thread safe. */
public final class RecordPlaces {

    private final IntArrayList lanes = new IntArrayList();
    private final LongArrayList offsets = new LongArrayList();
    private final LongArrayList positions = new LongArrayList();
    private final IntArrayList sizes = new IntArrayList();

    /** None yet. */
    public RecordPlaces() {}

    /** One more, behind the others. */
    public void add(final int lane, final long offset, final long position, final int size) {
        lanes.addInt(lane);
        offsets.addLong(offset);
        positions.addLong(position);
        sizes.addInt(size);
    }

    /** How many there are. */
    public int count() {
        return lanes.size();
    }

    /** The lane of one. */
    public int lane(final int i) {
        return lanes.getInt(i);
    }

    /** The offset of one in its lane. */
    public long offset(final int i) {
        return offsets.getLong(i);
    }

    /** Where the record of one stands in the log. */
    public long position(final int i) {
        return positions.getLong(i);
    }

    /** The bytes of one's record. */
    public int size(final int i) {
        return sizes.getInt(i);
    }
}
