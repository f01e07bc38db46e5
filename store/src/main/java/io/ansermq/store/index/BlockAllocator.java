package io.ansermq.store.index;

import io.ansermq.store.image.ImageWriter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives out blocks of the shared files and takes them back. Owned by {@code core}.
 *
 * <p>Large blocks are cut off the end of the files; smaller ones are a sixteenth of the next larger size. A block that is
 * given back may still be spoken of by the two images that are kept, so it is used again only when two images that were
 * begun later are published.
 */
final class BlockAllocator {
    private static final int LARGE = BlockLayout.CLASSES - 1;
    private static final int PARTS = 16;
    private static final int IMAGES_KEPT = 2;

    private final BlockFiles files;
    private final IntList[] free = {new IntList(), new IntList(), new IntList()};

    /** What stands for offsets that are left out; negative while none may be. Shared by all queues, as this object is. */
    private int lostBits = -1;

    /** Everything from here on was never given out. */
    private int end;

    private Returned returned = new Returned(IMAGES_KEPT);
    private final List<Returned> waiting = new ArrayList<>();
    private @Nullable ImageWriter latestImage;

    /** Blocks given back between the beginnings of two images. */
    private static final class Returned {
        private final IntList[] blocks = {new IntList(), new IntList(), new IntList()};
        private int imagesToWaitFor;

        Returned(final int imagesToWaitFor) {
            this.imagesToWaitFor = imagesToWaitFor;
        }
    }

    BlockAllocator(final BlockFiles files) {
        this.files = files;
    }

    /** The first unit of a block of a class. */
    int allocate(final int sizeClass) {
        if (!free[sizeClass].isEmpty()) {
            return free[sizeClass].pop();
        }
        if (sizeClass == LARGE) {
            return cutOff();
        }
        final int whole = allocate(sizeClass + 1);
        final int units = BlockLayout.units(sizeClass);
        for (int part = PARTS - 1; part > 0; part--) {
            free[sizeClass].push(whole + part * units);
        }
        return whole;
    }

    private int cutOff() {
        if (end == files.units()) {
            files.grow();
        }
        final int block = end;
        end += BlockLayout.units(LARGE);
        if (files.units() - end <= files.unitsPerExtent() / 2) {
            files.prepareNext();
        }
        return block;
    }

    void giveBack(final int sizeClass, final int unit) {
        returned.blocks[sizeClass].push(unit);
    }

    /** From now on offsets may be left out: entries without a size and with these bits stand for them. */
    void fillGaps(final int bits) {
        lostBits = bits;
    }

    int lostBits() {
        return lostBits;
    }

    /** An image begins; blocks given back from now on may be part of it. */
    void imageBegins(final ImageWriter image) {
        if (latestImage != null && latestImage.isPublished()) {
            waiting.forEach(each -> each.imagesToWaitFor--);
            waiting.removeIf(this::reuseIfDue);
        }
        latestImage = image;
        waiting.add(returned);
        returned = new Returned(IMAGES_KEPT);
    }

    private boolean reuseIfDue(final Returned due) {
        if (due.imagesToWaitFor > 0) {
            return false;
        }
        for (int sizeClass = 0; sizeClass < BlockLayout.CLASSES; sizeClass++) {
            while (!due.blocks[sizeClass].isEmpty()) {
                free[sizeClass].push(due.blocks[sizeClass].pop());
            }
        }
        return true;
    }

    /** The end of all blocks that were ever given out: what an image remembers. */
    int end() {
        return end;
    }

    /**
     * Starts from an image.
     *
     * @param imageEnd what {@link #end()} was when the image was made, after all directories were
     * @param used the units of all blocks that the image speaks of
     */
    void restore(final int imageEnd, final BitSet used) {
        end = imageEnd;
        // The image before this one may still be needed, until there is one after it.
        final Returned unused = new Returned(IMAGES_KEPT - 1);
        collect(unused, LARGE, 0, imageEnd, used);
        waiting.add(unused);
    }

    /** Finds the largest blocks that are unused as a whole. */
    private static void collect(
            final Returned unused, final int sizeClass, final int from, final int to, final BitSet used) {
        final int units = BlockLayout.units(sizeClass);
        for (int unit = from; unit < to; unit += units) {
            final int next = used.nextSetBit(unit);
            if (next < 0 || next >= unit + units) {
                unused.blocks[sizeClass].push(unit);
            } else if (sizeClass > 0) {
                collect(unused, sizeClass - 1, unit, unit + units, used);
            }
        }
    }
}
