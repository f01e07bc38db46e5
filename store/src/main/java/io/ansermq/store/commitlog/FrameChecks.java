package io.ansermq.store.commitlog;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of one segment are known to be what was written. Thread safe.
 *
 * <p>A disk may give back other bytes than it was given, long after recovery has read them or without recovery ever reading
 * them. So whoever hands a record out asks here first. What this life wrote into the segment that is still written to comes
 * from memory and is trusted. All else is checked when it is first read: the frames that touch a granule of
 * {@value #GRANULE_BYTES} bytes, whose checksums are compared once; a bit remembers it. A frame can cover many granules, so
 * each granule also knows where the frame ends that reaches into it: who reads on neither looks for the beginning of that
 * frame nor compares its checksum again. The log forgets all of this whenever it begins a segment, since by then the pages
 * may have left the memory and come back from the disk.
 *
 * <p>Asking costs a compare for hot records and a bit test for others. When a granule holds a damaged frame its sound frames
 * are checked one by one, so that nothing but the records of damaged frames is refused.
 */
final class FrameChecks {
    /** Small enough that a single cold read costs little, large enough that the bits of a segment are a few hundred bytes. */
    static final int GRANULE_BYTES = 64 << 10;

    private static final long NOTHING = Long.MAX_VALUE;
    private static final Damage[] NONE = {};

    private final SegmentRef segment;
    private final Consumer<Damage> onDamage;
    private final AtomicLongArray sound;

    /** For each granule, as an index: where the frame with its first byte ends, once that was found sound; 0 before. */
    private final AtomicIntegerArray soundTo;

    private volatile long trustedFrom = NOTHING;

    /** The last frame that was found sound by itself: start and end as indexes, in one number so that it never tears. */
    private volatile long lastSound;

    private volatile Damage[] damages = NONE;

    /** @param onDamage told once of each damage, by the reader that met it */
    FrameChecks(final SegmentRef segment, final Consumer<Damage> onDamage) {
        this.segment = segment;
        this.onDamage = onDamage;
        final int granules = (segment.length() + GRANULE_BYTES - 1) / GRANULE_BYTES;
        sound = new AtomicLongArray((granules + Long.SIZE - 1) / Long.SIZE);
        soundTo = new AtomicIntegerArray(granules);
    }

    /** What is written from a position on comes from this life. */
    void trustFrom(final long position) {
        trustedFrom = position;
    }

    /** Nothing is known any more; what was found damaged stays so. */
    void forget() {
        trustedFrom = NOTHING;
        lastSound = 0;
        for (int i = 0; i < sound.length(); i++) {
            sound.set(i, 0);
        }
        for (int i = 0; i < soundTo.length(); i++) {
            soundTo.set(i, 0);
        }
    }

    /** Whether a written range that lies in one frame is what was written. The caller holds a reference to the segment. */
    boolean isIntact(final long position, final int length) {
        if (position >= trustedFrom) {
            return true;
        }
        final int index = (int) (position - segment.start());
        final int last = (index + length - 1) / GRANULE_BYTES;
        for (int granule = index / GRANULE_BYTES; granule <= last; granule++) {
            if (!isSound(granule) && !check(granule)) {
                return isFrameIntact(index, length);
            }
        }
        return true;
    }

    /** The damage that a position is part of, if it was found. */
    @Nullable
    Damage damageAt(final long position) {
        for (final Damage damage : damages) {
            if (position >= damage.position() && position < damage.end()) {
                return damage;
            }
        }
        return null;
    }

    private boolean isSound(final int granule) {
        return (sound.get(granule / Long.SIZE) & 1L << granule) != 0;
    }

    /** Checks all frames that touch a granule and were not checked yet, as far as they are not trusted anyway. */
    private boolean check(final int granule) {
        final ByteBuffer bytes = segment.buffer().duplicate();
        final CRC32C crc = new CRC32C();
        final int from = granule * GRANULE_BYTES;
        final long to =
                Math.min(Math.min((long) from + GRANULE_BYTES, segment.length()), trustedFrom - segment.start());
        int at = soundTo.get(granule);
        if (at == 0) {
            at = frameThatCovers(bytes, from, from + 1, crc);
        }
        if (at < 0) {
            return false;
        }
        while (at < to) {
            final int length = FrameLayout.validLength(bytes, at, segment.length(), segment.start() + at, crc);
            if (length == 0) {
                return false;
            }
            at += length;
        }
        found(granule, at);
        return true;
    }

    /** A granule is sound, and so is everything from its end up to an index where a frame ends. */
    private void found(final int granule, final int end) {
        markSound(granule);
        for (int next = granule + 1; next < soundTo.length() && next * GRANULE_BYTES <= end; next++) {
            soundTo.set(next, end);
            if (end - next * GRANULE_BYTES >= GRANULE_BYTES) {
                markSound(next);
            }
        }
    }

    private void markSound(final int granule) {
        sound.getAndUpdate(granule / Long.SIZE, bits -> bits | 1L << granule);
    }

    private boolean isFrameIntact(final int index, final int length) {
        final long known = lastSound;
        if (index >= (int) (known >>> Integer.SIZE) && index + length <= (int) known) {
            return true;
        }
        if (damageAt(segment.start() + index) != null) {
            return false;
        }
        final ByteBuffer bytes = segment.buffer().duplicate();
        final CRC32C crc = new CRC32C();
        final int frame = frameThatCovers(bytes, index, index + length, crc);
        if (frame < 0) {
            note(damageAround(bytes, index, index + length, crc));
            return false;
        }
        lastSound = (long) frame << Integer.SIZE | frame + bytes.getInt(frame + FrameLayout.LENGTH);
        return true;
    }

    /** The start of the valid frame that covers a range, or -1. What looks like a frame inside a message is passed over. */
    private int frameThatCovers(final ByteBuffer bytes, final int from, final int to, final CRC32C crc) {
        for (int at = from & -FrameLayout.ALIGNMENT; at >= 0; at -= FrameLayout.ALIGNMENT) {
            if (FrameLayout.isHeader(bytes, at, segment.length(), segment.start() + at)) {
                final int length = FrameLayout.validLength(bytes, at, segment.length(), segment.start() + at, crc);
                if (length > 0 && at + length >= to) {
                    return at;
                }
            }
        }
        return -1;
    }

    /** From the end of the last valid frame before a range to the start of the next one behind it. */
    private Damage damageAround(final ByteBuffer bytes, final int from, final int to, final CRC32C crc) {
        int begin = from & -FrameLayout.ALIGNMENT;
        int validBefore = 0;
        while (begin > 0 && validBefore == 0) {
            begin -= FrameLayout.ALIGNMENT;
            final int length = FrameLayout.validLength(bytes, begin, segment.length(), segment.start() + begin, crc);
            validBefore = begin + length <= from ? length : 0;
        }
        int end = to + FrameLayout.ALIGNMENT - 1 & -FrameLayout.ALIGNMENT;
        while (end < segment.length()
                && FrameLayout.validLength(bytes, end, segment.length(), segment.start() + end, crc) == 0) {
            end += FrameLayout.ALIGNMENT;
        }
        return new Damage(
                segment.path(),
                segment.start() + begin + validBefore,
                segment.start() + Math.min(end, segment.length()),
                begin + validBefore);
    }

    private synchronized void note(final Damage found) {
        if (damageAt(found.position()) != null) {
            return;
        }
        final Damage[] longer = Arrays.copyOf(damages, damages.length + 1);
        longer[damages.length] = found;
        damages = longer;
        onDamage.accept(found);
    }
}
