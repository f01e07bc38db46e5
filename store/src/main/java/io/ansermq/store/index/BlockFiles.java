package io.ansermq.store.index;

import io.ansermq.store.files.Background;
import io.ansermq.store.files.Files;
import io.ansermq.store.files.MappedRegion;
import io.ansermq.store.files.NumberedName;
import io.ansermq.store.files.SpareFiles;
import io.ansermq.store.files.StoreFile;
import io.ansermq.store.image.ImageWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that all queues share: extents of one length, named by their number, mapped whole. Owned by {@code core};
 * {@code aux} prepares extents ahead of need. One that the disk has no room for lies in memory until it has.
 */
final class BlockFiles implements Background.Task {
    private static final Logger LOG = LoggerFactory.getLogger(BlockFiles.class);
    private static final NumberedName NAME = new NumberedName("", 8);

    /** A large index grows quickly, so more extents are ready: one for so many that there are, and not above the limit. */
    private static final int EXTENTS_PER_SPARE = 4;

    private static final int MAX_SPARES = 4;

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

    /** How many extents lie in memory for want of room. */
    private int inMemory;

    // core to aux
    private volatile int sparesWanted;

    BlockFiles(final Files files, final Path directory, final int wantedExtentBytes, final Background background)
            throws IOException {
        this.files = files;
        this.directory = directory;
        this.background = background;
        files.createDirectories(directory);
        spares = new SpareFiles(files, directory, true);
        final List<String> names = new ArrayList<>();
        for (final String name : files.list(directory)) {
            if (NAME.matches(name)) {
                names.add(name);
            }
        }
        // Addresses are counted in the extents that are there, whatever the options say today.
        extentBytes = names.isEmpty() ? wantedExtentBytes : extentBytes(names.get(0), wantedExtentBytes);
        extentShift = Integer.numberOfTrailingZeros(extentBytes / BlockLayout.UNIT_BYTES);
        for (int i = 0;
                i < names.size() && names.get(i).equals(NAME.of(i)) && length(names.get(i)) == extentBytes;
                i++) {
            add(map(directory.resolve(names.get(i))));
        }
        background.register(this);
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

    /** Makes the first extent, so that the first message need not wait for it. */
    void beginWithOne() {
        if (extents.length == 0) {
            grow();
        }
    }

    /**
     * Adds an extent: a prepared one, or one made at once, or one in memory when the disk has no room. What is committed must
     * be indexed; that little is committed without room is for those to see to who take messages in.
     */
    void grow() {
        final int number = extents.length;
        final Path path = directory.resolve(NAME.of(number));
        MappedRegion added;
        try {
            if (!spares.take(extentBytes, path)) {
                spares.create(path, extentBytes, true);
            }
            added = map(path);
        } catch (final IOException e) {
            LOG.warn(
                    "cannot add {} to the queue index: {}; going on in memory, make room on the disk",
                    path,
                    e.toString());
            added = new MemoryExtent(files, path, extentBytes);
            inMemory++;
            // Also when nothing is written to it: what an image speaks of must be there.
            dirty.set(number);
        }
        add(added);
    }

    /** Has {@code aux} make the next extents. */
    void prepareNext() {
        final int wanted = Math.min(MAX_SPARES, 1 + extents.length / EXTENTS_PER_SPARE);
        if (sparesWanted != wanted) {
            sparesWanted = wanted;
            background.wake();
        }
    }

    /** Makes one of the extents that were asked for. Aux. */
    @Override
    public boolean doWork() {
        final int wanted = sparesWanted;
        if (wanted == 0) {
            return false;
        }
        // Cleared first: core may want another one while this one is being made.
        sparesWanted = 0;
        if (spares.prepare(extentBytes, wanted)) {
            sparesWanted = wanted;
            return true;
        }
        return false;
    }

    /** Maps extents that were in memory and have found their place on the disk. */
    private void mapWrittenExtents() {
        for (int i = 0; inMemory > 0 && i < extents.length; i++) {
            if (regions.get(i) instanceof MemoryExtent extent && extent.isOnDisk()) {
                try {
                    final MappedRegion mapped = map(directory.resolve(NAME.of(i)));
                    mapped.buffer().put(0, extents[i], 0, extentBytes);
                    regions.set(i, mapped);
                    extents[i] = mapped.buffer();
                    dirty.set(i);
                    inMemory--;
                } catch (final IOException e) {
                    LOG.warn("cannot map {}: {}; going on in memory", directory.resolve(NAME.of(i)), e.toString());
                }
            }
        }
    }

    /** Hands over what has to be forced before the image may count. */
    Forcing takeDirty(final ImageWriter image) {
        mapWrittenExtents();
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

    private MappedRegion map(final Path path) throws IOException {
        try (StoreFile file = files.open(path)) {
            return file.map(StoreFile.MapMode.READ_WRITE, 0, extentBytes);
        }
    }

    private void add(final MappedRegion region) {
        regions.add(region);
        final ByteBuffer[] longer = Arrays.copyOf(extents, extents.length + 1);
        longer[extents.length] = region.buffer();
        extents = longer;
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
