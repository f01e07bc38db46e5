package io.ansermq.store.index;

import io.ansermq.store.StoreException;
import io.ansermq.store.files.Background;
import io.ansermq.store.files.Files;
import io.ansermq.store.files.MappedRegion;
import io.ansermq.store.files.SpareFiles;
import io.ansermq.store.files.StoreFile;
import io.ansermq.store.image.ImageWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files that all queues share: extents of one length, named by their number, mapped whole. Owned by {@code core};
 * {@code aux} prepares extents ahead of need.
 */
final class BlockFiles {
    private static final Pattern NAME = Pattern.compile("[0-9]{8}");

    private final Path directory;
    private final Files files;
    private final Background background;
    private final SpareFiles spares;
    private final int extentBytes;
    private final int extentShift;
    private final List<MappedRegion> regions = new ArrayList<>();
    private ByteBuffer[] extents = {};

    /** Extents written to since they were last handed over to be forced. */
    private BitSet dirty = new BitSet();

    /** What was handed over last, and for which image: unless that was published nobody knows whether it was forced. */
    private BitSet handedOver = new BitSet();

    private @Nullable ImageWriter handedTo;

    // core to aux
    private volatile boolean spareWanted;

    BlockFiles(final Files files, final Path directory, final int wantedExtentBytes, final Background background)
            throws IOException {
        this.files = files;
        this.directory = directory;
        this.background = background;
        files.createDirectories(directory);
        spares = new SpareFiles(files, directory, true);
        final List<String> names = new ArrayList<>(files.list(directory));
        names.removeIf(name -> !NAME.matcher(name).matches());
        // Addresses are counted in the extents that are there, whatever the options say today.
        extentBytes = names.isEmpty() ? wantedExtentBytes : extentBytes(names.get(0), wantedExtentBytes);
        extentShift = Integer.numberOfTrailingZeros(extentBytes / BlockLayout.UNIT_BYTES);
        for (int i = 0; i < names.size() && names.get(i).equals(name(i)) && length(names.get(i)) == extentBytes; i++) {
            map(directory.resolve(names.get(i)));
        }
        background.register(this::prepare);
    }

    private int extentBytes(final String first, final int wantedBytes) throws IOException {
        final int length = length(first);
        return Integer.bitCount(length) == 1 && length >= BlockLayout.LARGE_BYTES ? length : wantedBytes;
    }

    private int length(final String name) throws IOException {
        try (StoreFile file = files.open(directory.resolve(name))) {
            return Math.toIntExact(file.size());
        }
    }

    /** How many units there are. */
    int units() {
        return extents.length << extentShift;
    }

    long fileBytes() {
        return (long) extents.length * extentBytes;
    }

    int unitsPerExtent() {
        return 1 << extentShift;
    }

    /** The bytes that a unit is part of. */
    ByteBuffer extent(final int unit) {
        return extents[unit >>> extentShift];
    }

    /** Where a unit starts in its extent. */
    int index(final int unit) {
        return (unit & ((1 << extentShift) - 1)) * BlockLayout.UNIT_BYTES;
    }

    /** Says that a unit was written to. */
    void touch(final int unit) {
        dirty.set(unit >>> extentShift);
    }

    /** Adds an extent: a prepared one, or one made at once. */
    void grow() {
        final Path path = directory.resolve(name(extents.length));
        try {
            if (!spares.take(extentBytes, path)) {
                spares.create(path, extentBytes, true);
            }
            map(path);
        } catch (final IOException e) {
            throw new StoreException(
                    "cannot add " + path + " to the queue index: " + e + "; make room on the disk and restart", e);
        }
    }

    /** Has {@code aux} make the next extent. */
    void prepareNext() {
        if (!spareWanted) {
            spareWanted = true;
            background.wake();
        }
    }

    private boolean prepare() {
        if (!spareWanted) {
            return false;
        }
        // Cleared first: core may want the next one while this one is being made.
        spareWanted = false;
        if (spares.prepare(extentBytes, 1)) {
            spareWanted = true;
            return true;
        }
        return false;
    }

    /** Hands over what has to be forced before the image may count. */
    Forcing takeDirty(final ImageWriter image) {
        if (handedTo != null && !handedTo.isPublished()) {
            dirty.or(handedOver);
        }
        handedOver = dirty;
        handedTo = image;
        dirty = new BitSet();
        return new Forcing(handedOver, List.copyOf(regions));
    }

    /** Unmaps the files, though not under the feet of {@code aux}, which may be forcing them. */
    void close() {
        extents = new ByteBuffer[0];
        final List<MappedRegion> mapped = List.copyOf(regions);
        regions.clear();
        background.atEnd(() -> {
            mapped.forEach(MappedRegion::close);
            spares.close();
        });
    }

    private void map(final Path path) throws IOException {
        try (StoreFile file = files.open(path)) {
            final MappedRegion region = file.map(StoreFile.MapMode.READ_WRITE, 0, extentBytes);
            regions.add(region);
        }
        extents = regions.stream().map(MappedRegion::buffer).toArray(ByteBuffer[]::new);
    }

    private static String name(final int number) {
        return String.format("%08d", number);
    }

    /** Extents to be forced, by {@code aux}. */
    final class Forcing {
        private final BitSet which;
        private final List<MappedRegion> regions;

        Forcing(final BitSet which, final List<MappedRegion> regions) {
            this.which = which;
            this.regions = regions;
        }

        void run() throws IOException {
            for (int i = which.nextSetBit(0); i >= 0; i = which.nextSetBit(i + 1)) {
                regions.get(i).force(0, extentBytes);
            }
            files.syncDirectory(directory);
        }
    }
}
