package io.ansermq.store.commitlog;

import io.ansermq.store.AppendMode;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.files.Files;
import io.ansermq.store.files.MappedRegion;
import io.ansermq.store.files.NumberedName;
import io.ansermq.store.files.SpareFiles;
import io.ansermq.store.files.StoreFile;
import io.ansermq.store.files.StoreFile.MapMode;
import io.ansermq.store.files.Zeros;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segment files of a log. {@link #find} is for any thread and takes no lock; {@code log} rolls, {@code aux} prepares
 * and releases, and these few steps exclude each other.
 *
 * <p>Invariants of the directory:
 * <ul>
 *   <li>A segment's name is the 20-digit position of its first byte; its length is the file's length.
 *   <li>Segments follow each other without a gap: a name is removed only when all lower ones are gone for good.
 *   <li>Behind the segment that is written to there is at most one more, prepared for when it is full. It has the length
 *       that {@link SegmentSizes} says, and holds zeros or, when recycled, bytes that the frame rules make invalid.
 *   <li>Files of any other name are spares, see {@link SpareFiles}.
 * </ul>
 */
final class Segments {
    private static final Logger LOG = LoggerFactory.getLogger(Segments.class);
    static final NumberedName NAME = new NumberedName("", 20);
    private static final SegmentRef[] NONE = {};

    /** Of the segments set free at once, so many are kept for reuse: deleting large files slows forces down for seconds. */
    private static final int MAX_RECYCLED = 4;

    /** The next segment is prepared when this share of the current one is written: small stores stay small. */
    private static final int PREPARE_AT_DIVISOR = 8;

    private final Files files;
    private final Path directory;
    private final SegmentSizes sizes;
    private final SpareFiles spares;
    private final int wantedSpares;
    private final boolean mapped;
    private final boolean durable;

    /** Guards every change of the directory while the agents run. */
    private final Object lock = new Object();

    /** What readers found damaged, in the order in which they did. */
    private final List<Damage> damages = new CopyOnWriteArrayList<>();

    private volatile SegmentRef[] live = NONE;
    private volatile @Nullable SegmentRef next;
    private volatile boolean scarce;

    // aux
    private final ArrayDeque<SegmentRef> released = new ArrayDeque<>();

    Segments(final Files files, final Path directory, final StoreOptions options) throws IOException {
        this.files = files;
        this.directory = directory;
        this.sizes = new SegmentSizes(options);
        this.wantedSpares = options.spareSegments();
        this.mapped = options.appendMode() == AppendMode.MAPPED;
        this.durable = options.defaultLevel() == FlushLevel.DURABLE;
        this.spares = new SpareFiles(files, directory, true);
        // The last life may have died between giving a file its name and making the name durable.
        files.syncDirectory(directory);
        for (final String name : files.list(directory)) {
            if (NAME.matches(name)) {
                openExisting(name);
            }
        }
    }

    private void openExisting(final String name) throws IOException {
        final Path path = directory.resolve(name);
        final long length;
        try (StoreFile file = files.open(path)) {
            length = file.size();
        }
        if (length == 0) {
            // Made, but its length never reached the disk: for the log it is not there.
            return;
        }
        if (length > Integer.MAX_VALUE) {
            throw new StoreException(path + " has " + length + " bytes, which is no segment of this log; move it away");
        }
        append(map(path, Long.parseLong(name), (int) length));
    }

    /** All segments of the log, in order, without the prepared one. Not to be changed. */
    SegmentRef[] live() {
        return live;
    }

    /** The segment that holds a position, or null. */
    @Nullable
    SegmentRef find(final long position) {
        final SegmentRef[] segments = live;
        int low = 0;
        int high = segments.length - 1;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            final SegmentRef segment = segments[middle];
            if (position < segment.start()) {
                high = middle - 1;
            } else if (position >= segment.end()) {
                low = middle + 1;
            } else {
                return segment;
            }
        }
        return null;
    }

    /** Where the log starts; 0 when it has no segments. */
    long start() {
        final SegmentRef[] segments = live;
        return segments.length == 0 ? 0 : segments[0].start();
    }

    /** Makes the first segment of a fresh log; full of zeros where it is mapped or often forced, as it is then forced quicker. */
    SegmentRef createFirst(final long position) throws IOException {
        synchronized (lock) {
            final SegmentRef first = create(position, sizes.initial(), mapped || durable);
            append(first);
            return first;
        }
    }

    /** The segment behind the last one; made at once when {@code aux} did not prepare it in time. Log. */
    SegmentRef roll() throws IOException {
        synchronized (lock) {
            final SegmentRef last = last();
            SegmentRef segment = next;
            if (segment == null) {
                final int length = sizes.after(last.length());
                segment = install(last.end(), length);
                if (segment == null) {
                    segment = create(last.end(), length, mapped);
                }
            }
            next = null;
            append(segment);
            trustOnly(segment, segment.start());
            return segment;
        }
    }

    /** From a position on the last segment holds what this life wrote; of all else nothing is known. Recovery. */
    void trustFrom(final long position) {
        trustOnly(last(), position);
    }

    private void trustOnly(final SegmentRef current, final long position) {
        for (final SegmentRef segment : live) {
            segment.checks().forget();
        }
        current.checks().trustFrom(position);
    }

    /** What readers found damaged in this life. Thread safe. */
    List<Damage> damages() {
        return List.copyOf(damages);
    }

    private void onDamage(final Damage damage) {
        damages.add(damage);
        LOG.error("{}: its messages are not delivered; run 'anser store verify' when the broker is stopped", damage);
    }

    /** Where the writer must have come before the next segment is prepared. */
    long prepareAt() {
        final SegmentRef last = last();
        return last.start() + last.length() / PREPARE_AT_DIVISOR;
    }

    /** One step towards a prepared segment and spares; false when everything is ready. Aux. */
    boolean prepare(final long written) throws IOException {
        final SegmentRef last = last();
        final int length = sizes.after(last.length());
        if (scarce && spares.trim(next == null ? 1 : 0)) {
            return true;
        }
        if (scarce && next != null) {
            return false;
        }
        if (next != null) {
            return sizes.isFull(last.length()) && spares.prepare(length, wantedSpares);
        }
        if (written < prepareAt()) {
            return false;
        }
        synchronized (lock) {
            if (last() != last) {
                return true;
            }
            next = install(last.end(), length);
        }
        return next != null || spares.prepare(length, 1);
    }

    /** Bytes of all files in the directory, whatever is in them. */
    long fileBytes() {
        long bytes = spares.bytes();
        for (final SegmentRef segment : live) {
            bytes += segment.length();
        }
        final SegmentRef prepared = next;
        return prepared == null ? bytes : bytes + prepared.length();
    }

    /** Keeps no more files for reuse than needed from now on, or as many as usual again. Any thread. */
    void scarce(final boolean now) {
        scarce = now;
    }

    /** Gives all spares back to the disk, for files that need room more. Aux. */
    boolean dropSpares() throws IOException {
        return spares.trim(0);
    }

    /** Takes segments wholly below a position out of the log, and frees files that nobody reads any more. Aux. */
    boolean release(final long position) throws IOException {
        boolean worked = false;
        synchronized (lock) {
            while (live.length > 1 && live[0].end() <= position) {
                final SegmentRef first = live[0];
                live = Arrays.copyOfRange(live, 1, live.length);
                released.add(first);
                first.release();
                worked = true;
            }
        }
        // In order, each made durable before the next, so that a crash leaves no gap.
        while (!released.isEmpty() && released.getFirst().isClosed()) {
            final SegmentRef segment = released.removeFirst();
            if (sizes.isFull(segment.length()) && spares.count(segment.length()) < (scarce ? 1 : MAX_RECYCLED)) {
                spares.recycle(segment.path(), segment.length());
            } else {
                files.delete(segment.path());
            }
            files.syncDirectory(directory);
            worked = true;
        }
        return worked;
    }

    /** Removes a segment behind the tail from the log and from the disk. Recovery. */
    void drop(final SegmentRef segment) throws IOException {
        live = Arrays.stream(live).filter(other -> other != segment).toArray(SegmentRef[]::new);
        segment.release();
        files.delete(segment.path());
        files.syncDirectory(directory);
    }

    /** Keeps the last segment, which has no frames, as the prepared one if it fits. Recovery. */
    void keepAsNext(final SegmentRef segment) throws IOException {
        final SegmentRef before = live[live.length - 2];
        if (segment != last() || segment.start() != before.end() || segment.length() != sizes.after(before.length())) {
            drop(segment);
            return;
        }
        live = Arrays.copyOf(live, live.length - 1);
        next = segment;
    }

    /** Gives the last segment, whose file was cut short, a length again that frames fit in. Recovery. */
    SegmentRef lengthenLast() throws IOException {
        final SegmentRef cut = last();
        live = Arrays.copyOf(live, live.length - 1);
        final int rule = live.length == 0 ? sizes.initial() : sizes.after(last().length());
        final int pages = cut.length() / StoreOptions.PAGE_BYTES + 1;
        final int length = Math.max(rule, pages * StoreOptions.PAGE_BYTES);
        cut.release();
        try (StoreFile file = files.open(cut.path())) {
            Zeros.write(file, cut.length(), length - cut.length());
            file.force();
        }
        final SegmentRef whole = map(cut.path(), cut.start(), length);
        append(whole);
        return whole;
    }

    /** Gives all references back; readers that still hold one keep their mapping until they let go. */
    void close() {
        synchronized (lock) {
            for (final SegmentRef segment : live) {
                segment.release();
            }
            live = NONE;
            if (next != null) {
                next.release();
                next = null;
            }
            spares.close();
        }
    }

    private SegmentRef last() {
        return live[live.length - 1];
    }

    private @Nullable SegmentRef install(final long position, final int length) throws IOException {
        final Path path = path(position);
        if (!spares.take(length, path)) {
            return null;
        }
        files.syncDirectory(directory);
        return map(path, position, length);
    }

    private SegmentRef create(final long position, final int length, final boolean filled) throws IOException {
        final Path path = path(position);
        spares.create(path, length, filled);
        files.syncDirectory(directory);
        LOG.debug("made segment {} of {} bytes", path, length);
        return map(path, position, length);
    }

    private SegmentRef map(final Path path, final long position, final int length) throws IOException {
        final StoreFile file = files.open(path);
        final MappedRegion region = file.map(mapped ? MapMode.READ_WRITE : MapMode.READ_ONLY, 0, length);
        return new SegmentRef(path, position, length, file, region, this::onDamage);
    }

    private void append(final SegmentRef segment) {
        final SegmentRef[] longer = Arrays.copyOf(live, live.length + 1);
        longer[live.length] = segment;
        live = longer;
    }

    private Path path(final long position) {
        return directory.resolve(NAME.of(position));
    }
}
