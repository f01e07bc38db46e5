package io.ansermq.store.commitlog;

/** A sealed frame on its way through the LOG ring. Filled by {@code core}, read by {@code log}. */
final class FrameSlot {
    /** Where the frame starts in the log. */
    long position;

    /** Where the next frame starts in the log. */
    long endPosition;

    /** Where the frame starts in staging memory. */
    int index;

    /** How many bytes are to be written: all of the frame, or the header of a PAD frame. */
    int bytes;

    /** The staging address behind the frame. */
    long endAddress;

    /** Whether a record of the frame asked for {@code DURABLE}. */
    boolean durable;
}
