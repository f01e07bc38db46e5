package io.ansermq.store.image;

import io.ansermq.store.files.Background;
import io.ansermq.store.files.Files;
import io.ansermq.store.files.MappedRegion;
import io.ansermq.store.files.NumberedName;
import io.ansermq.store.files.StoreFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of state images. {@code core} begins images, {@code aux} publishes them.
 *
 * <p>Invariants of the directory: {@code state-P}, with the 20 digits of its position, is an image that was forced before
 * it got its name; the two newest are kept, so that one of them may rot; {@code state.tmp} is an unfinished one, and
 * {@code reserve} the file of an older one, which the next is written into: on a full disk no segment would be freed
 * without new images.
 *
 * <p>An image is published in these steps, and until the last of them recovery uses the one before:
 * <ol>
 *   <li>Do the image's preparations: everything that its entries speak of is forced, and so is the log, up to the newest
 *       record that an entry can know.
 *   <li>Write the end of the file, force it.
 *   <li>Give it its name, sync the directory.
 *   <li>Write the checkpoint.
 * </ol>
 */
public final class StateImages implements Background.Task {
    private static final Logger LOG = LoggerFactory.getLogger(StateImages.class);
    private static final NumberedName NAME = new NumberedName("state-", 20);
    private static final String UNFINISHED = "state.tmp";
    private static final String RESERVE = "reserve";
    private static final int KEPT = 2;

    private final Files files;
    private final Path directory;
    private final Publication publication;

    /** Positions of the images that count, newest first. Aux, once the store is open. */
    private final Deque<Long> kept = new ArrayDeque<>();

    private volatile long replayableFrom;

    // core
    private @Nullable ImageDraft latest;

    // core to aux
    private volatile @Nullable ImageDraft draft;

    // aux: the file of the draft
    private @Nullable StoreFile file;
    private long fileBytes;
    private final CRC32C crc = new CRC32C();

    /** What surrounds the publication of an image. Called by {@code aux}. */
    public interface Publication {
        /** Before anything is published: forces the log. */
        void prepare() throws IOException;

        /** An image could not be written: gives the disk back what can be spared; false when there is nothing. */
        boolean makeRoom() throws IOException;

        /** The image at a position has its name: writes the checkpoint. */
        void published(long position) throws IOException;
    }

    public StateImages(final Files files, final Path directory, final Publication publication) throws IOException {
        this.files = files;
        this.directory = directory;
        this.publication = publication;
        files.createDirectories(directory);
        // The last life may have died between giving an image its name and making the name durable.
        files.syncDirectory(directory);
    }

    // ---- the thread that opens the store

    /** The newest image that is whole, or null. The images that are damaged are logged and no longer count. */
    public @Nullable Image newest() throws IOException {
        Image newest = null;
        for (final Path path : paths(files, directory)) {
            if (newest == null) {
                newest = open(path);
            }
            if (newest != null) {
                kept.addLast(NAME.numberIn(String.valueOf(path.getFileName())));
            }
        }
        limitReplay();
        return newest;
    }

    private @Nullable Image open(final Path path) throws IOException {
        final Image image = open(files, path);
        if (image == null) {
            LOG.warn("the state image {} is damaged; using an older one, which takes a longer replay", path);
        }
        return image;
    }

    /** All images of a directory, whole or not, newest first. */
    public static List<Path> paths(final Files files, final Path directory) throws IOException {
        final List<Path> paths = new ArrayList<>();
        for (final String name : files.list(directory)) {
            if (NAME.matches(name)) {
                paths.add(directory.resolve(name));
            }
        }
        Collections.reverse(paths);
        return paths;
    }

    /** The image in a file, or null when it is not whole. */
    public static @Nullable Image open(final Files files, final Path path) throws IOException {
        try (StoreFile image = files.open(path)) {
            if (image.size() > 0 && image.size() <= Integer.MAX_VALUE) {
                final MappedRegion region = image.map(StoreFile.MapMode.READ_ONLY, 0, (int) image.size());
                final ImageLayout.Header header = ImageLayout.check(region.buffer());
                if (header != null) {
                    return new Image(region, header);
                }
                region.close();
            }
        }
        return null;
    }

    // ---- core

    /**
     * Starts an image.
     *
     * @param epoch the log's epoch
     * @throws IllegalStateException when the one before is not done yet
     */
    public ImageWriter begin(final int epoch, final long position, final Runnable wakeAux) {
        if (latest != null && !latest.isDone()) {
            throw new IllegalStateException("the image at position " + latest.position() + " is not done yet");
        }
        final ImageDraft next = new ImageDraft(new ImageLayout.Header(epoch, position), wakeAux);
        latest = next;
        draft = next;
        return next;
    }

    /** The log must be kept from here on, so that each image that counts can be completed by replay. Any thread. */
    public long replayableFrom() {
        return replayableFrom;
    }

    // ---- aux

    /** Takes a step with the draft; false when there is nothing to do. */
    @Override
    public boolean doWork() throws IOException {
        final ImageDraft current = draft;
        if (current == null) {
            return false;
        }
        // Read before the chunks are: a finished draft has handed over all of them.
        final ImageDraft.Stage stage = current.stage();
        if (stage == ImageDraft.Stage.ABANDONED) {
            drop(current);
            return true;
        }
        if (!writeChunks(current)) {
            return true;
        }
        if (stage == ImageDraft.Stage.FINISHED) {
            publish(current);
            return true;
        }
        return false;
    }

    /** Gives up an unfinished draft. */
    public void close() {
        final ImageDraft current = draft;
        if (current != null) {
            drop(current);
        }
    }

    /** False when the draft had to be dropped. */
    private boolean writeChunks(final ImageDraft current) {
        try {
            if (file == null) {
                file = newFile();
                fileBytes = 0;
                crc.reset();
                write(ImageLayout.header(current.header()));
            }
            for (ByteBuffer chunk = current.poll(); chunk != null; chunk = current.poll()) {
                write(chunk);
            }
            return true;
        } catch (final IOException e) {
            fail(current, e);
            return false;
        }
    }

    /** A file whose blocks the disk has given already, if there is one. */
    private StoreFile newFile() throws IOException {
        final Path unfinished = directory.resolve(UNFINISHED);
        final Path reserve = directory.resolve(RESERVE);
        if (!files.exists(reserve)) {
            return files.create(unfinished);
        }
        files.rename(reserve, unfinished);
        return files.open(unfinished);
    }

    private void publish(final ImageDraft current) throws IOException {
        publication.prepare();
        try {
            for (final ImageWriter.Preparation preparation : current.preparations()) {
                preparation.run();
            }
        } catch (final NoRoomException e) {
            fail(current, e);
            return;
        }
        try {
            complete(current);
        } catch (final IOException e) {
            // Nothing but a file without a name is affected.
            fail(current, e);
            return;
        }
        final long position = current.position();
        files.rename(directory.resolve(UNFINISHED), path(position));
        files.syncDirectory(directory);
        publication.published(position);
        keep(position);
        draft = null;
        current.done(ImageDraft.Stage.PUBLISHED);
        LOG.debug("published the state image at position {}, {} bytes", position, fileBytes);
    }

    private void complete(final ImageDraft current) throws IOException {
        final StoreFile complete = openFile();
        complete.write(ImageLayout.end(current.entries(), crc), fileBytes);
        fileBytes += ImageLayout.END_BYTES;
        if (fileBytes > Integer.MAX_VALUE) {
            throw new IOException("an image of " + fileBytes + " bytes is larger than 2 GiB");
        }
        if (complete.size() > fileBytes) {
            complete.truncate(fileBytes);
        }
        complete.force();
        complete.close();
        file = null;
    }

    /** Makes a file for the image after next from one that no longer counts, and deletes the others. */
    private void keep(final long position) throws IOException {
        if (kept.isEmpty() || kept.getFirst() != position) {
            kept.addFirst(position);
        }
        while (kept.size() > KEPT) {
            kept.removeLast();
        }
        for (final String name : files.list(directory)) {
            if (NAME.matches(name) && !kept.contains(NAME.numberIn(name))) {
                retire(directory.resolve(name));
            }
        }
        limitReplay();
    }

    private void retire(final Path image) throws IOException {
        final Path reserve = directory.resolve(RESERVE);
        if (files.exists(reserve)) {
            files.delete(image);
        } else {
            files.rename(image, reserve);
            // Before it is written over under the new name, nobody may find it under the old one.
            files.syncDirectory(directory);
        }
    }

    /** One image alone may rot, and then the whole log is the image. */
    private void limitReplay() {
        replayableFrom = kept.size() < KEPT ? 0 : kept.getLast();
    }

    private void fail(final ImageDraft current, final IOException cause) {
        LOG.warn(
                "cannot write the state image at position {}: {}; going on with the older ones, make room on the disk",
                current.position(),
                cause.toString());
        drop(current);
        try {
            if (publication.makeRoom()) {
                LOG.info("gave files back to the disk that were kept ready, so that the next image finds room");
            }
        } catch (final IOException e) {
            LOG.warn("cannot give files back to the disk: {}", e.toString());
        }
    }

    private void drop(final ImageDraft current) {
        draft = null;
        try {
            if (file != null) {
                file.close();
                file = null;
            }
            final Path unfinished = directory.resolve(UNFINISHED);
            if (files.exists(unfinished) && !files.exists(directory.resolve(RESERVE))) {
                files.rename(unfinished, directory.resolve(RESERVE));
            } else {
                files.delete(unfinished);
            }
        } catch (final IOException e) {
            // It is overwritten by the next image.
            LOG.debug("cannot delete an unfinished state image: {}", e.toString());
        }
        current.done(ImageDraft.Stage.DROPPED);
    }

    private void write(final ByteBuffer bytes) throws IOException {
        crc.update(bytes.duplicate());
        final int length = bytes.remaining();
        openFile().write(bytes, fileBytes);
        fileBytes += length;
    }

    private StoreFile openFile() {
        final StoreFile open = file;
        if (open == null) {
            throw new IllegalStateException("no image is being written");
        }
        return open;
    }

    private Path path(final long position) {
        return directory.resolve(NAME.of(position));
    }

    /** An image that was found whole. */
    public static final class Image implements ImageReader, Closeable {
        private final MappedRegion region;
        private final ImageLayout.Header header;

        Image(final MappedRegion region, final ImageLayout.Header header) {
            this.region = region;
            this.header = header;
        }

        /** No frame of the log behind {@link #position()} has a lower epoch. */
        public int epoch() {
            return header.epoch();
        }

        @Override
        public long position() {
            return header.position();
        }

        @Override
        public void forEach(final EntryVisitor visitor) {
            ImageLayout.forEach(region.buffer(), visitor);
        }

        @Override
        public void close() {
            region.close();
        }
    }
}
