package io.ansermq.store.commitlog;

import com.lmax.disruptor.Sequence;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * Circular direct memory in which frames wait between {@code core}, which fills them, and {@code log}, which writes
 * them out. A frame never wraps: where the rest of the memory is too short, it is skipped.
 *
 * <p>Addresses count on for ever; {@link #index} turns one into a place. {@code core} owns the head (the end of the
 * sealed frames), {@code log} moves the released address.
 */
final class StagingRing {
    /** Stands for "no room now". */
    static final long NO_ROOM = -1;

    private final ByteBuffer memory;
    private final int capacity;

    // core
    private long head;
    private long knownReleased;

    // log
    private final Sequence released = new Sequence(0);

    // set by core, cleared by log
    private volatile boolean starved;

    /** @param memory direct, the ring's alone, from beginning to capacity */
    StagingRing(final ByteBuffer memory) {
        this.memory = memory;
        capacity = memory.capacity();
    }

    /** A view of all memory with a position of its own. */
    ByteBuffer view() {
        return memory.duplicate();
    }

    int index(final long address) {
        return (int) (address % capacity);
    }

    /** The end of the sealed frames. Core. */
    long head() {
        return head;
    }

    /** Moves the head behind a sealed frame. Core. */
    void seal(final long endAddress) {
        head = endAddress;
    }

    /** Whether a frame that starts at an address could have so many bytes without wrapping. */
    boolean contiguous(final long address, final int bytes) {
        return index(address) + bytes <= capacity;
    }

    /** Whether the log has released enough for a frame at an address to have so many bytes. Core. */
    boolean hasRoom(final long address, final int bytes) {
        if (address + bytes - knownReleased > capacity) {
            knownReleased = released.get();
        }
        return address + bytes - knownReleased <= capacity;
    }

    /** Where a frame of so many bytes can start at or behind an address, or {@link #NO_ROOM}. Core. */
    long place(final long from, final int bytes) {
        final long start = contiguous(from, bytes) ? from : from + capacity - index(from);
        return hasRoom(start, bytes) ? start : NO_ROOM;
    }

    /** Gives everything below an address back to core. Log. */
    void release(final long endAddress) {
        released.setVolatile(endAddress);
    }

    /** Core found no room; it must look once more after this call, then the log will call it. */
    void starve() {
        starved = true;
        VarHandle.fullFence();
    }

    /** Whether core waits for room; to be asked after room was made. Log. */
    boolean takeStarved() {
        VarHandle.fullFence();
        if (starved) {
            starved = false;
            return true;
        }
        return false;
    }
}
