package io.ansermq.store.files;

import io.ansermq.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The real file system. The only class of the store that knows {@code java.nio.file} and {@code FileChannel}. */
public final class DiskFiles implements Files {
    private static final String HOLE = "memory.tmp";

    private final boolean forces;

    /** All that is to be on disk is forced there. */
    public DiskFiles() {
        this(true);
    }

    private DiskFiles(final boolean forces) {
        this.forces = forces;
    }

    /** For data that end with the process: nothing is ever forced to disk. */
    public static DiskFiles ofTemporaryData() {
        return new DiskFiles(false);
    }

    @Override
    public StoreFile open(final Path file) throws IOException {
        return new DiskFile(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE), forces);
    }

    @Override
    public StoreFile create(final Path file) throws IOException {
        return new DiskFile(
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE),
                forces);
    }

    @Override
    public boolean exists(final Path path) {
        return java.nio.file.Files.exists(path);
    }

    @Override
    public List<String> list(final Path directory) throws IOException {
        if (!java.nio.file.Files.isDirectory(directory)) {
            return List.of();
        }
        final List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = java.nio.file.Files.newDirectoryStream(directory)) {
            for (final Path each : entries) {
                names.add(String.valueOf(each.getFileName()));
            }
        } catch (final DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        return List.copyOf(names);
    }

    @Override
    public void createDirectories(final Path directory) throws IOException {
        if (java.nio.file.Files.isDirectory(directory)) {
            return;
        }
        final Path parent = directory.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException(directory + " cannot be created: it has no parent");
        }
        createDirectories(parent);
        java.nio.file.Files.createDirectories(directory);
        syncDirectory(parent);
    }

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        java.nio.file.Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(final Path file) throws IOException {
        java.nio.file.Files.deleteIfExists(file);
    }

    @Override
    public void syncDirectory(final Path directory) throws IOException {
        if (!forces) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public Closeable lock(final Path file) throws IOException {
        final FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        final @Nullable FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            throw new StoreException(file + " is locked: another broker uses this data directory; stop it, or choose"
                    + " another directory");
        }
        return channel;
    }

    /**
     * A private mapping of a file that is one hole and has no name any more: what is written to it stays in memory. The
     * JDK's own memory is filled with zeros when it is made, so that all of it is there from then on.
     */
    @Override
    public ByteBuffer memory(final Path directory, final int lengthBytes) {
        try (FileChannel hole = FileChannel.open(
                directory.resolve(HOLE),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE,
                StandardOpenOption.DELETE_ON_CLOSE)) {
            return hole.map(FileChannel.MapMode.PRIVATE, 0, lengthBytes);
        } catch (final IOException | UnsupportedOperationException e) {
            return Files.super.memory(directory, lengthBytes);
        }
    }

    private static @Nullable FileLock tryLock(final FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (final OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    @Override
    public long usableSpace(final Path directory) throws IOException {
        return java.nio.file.Files.getFileStore(directory).getUsableSpace();
    }

    private record DiskFile(FileChannel channel, boolean forces) implements StoreFile {
        @Override
        public void write(final ByteBuffer from, final long position) throws IOException {
            long at = position;
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        }

        @Override
        public int read(final ByteBuffer to, final long position) throws IOException {
            final int start = to.position();
            while (to.hasRemaining()) {
                if (channel.read(to, position + (to.position() - start)) < 0) {
                    break;
                }
            }
            return to.position() - start;
        }

        @Override
        public void force() throws IOException {
            if (forces) {
                channel.force(false);
            }
        }

        @Override
        public MappedRegion map(final MapMode mode, final long position, final int length) throws IOException {
            if (position + length > size()) {
                // FileChannel would lengthen the file with a hole, which a store into the mapping cannot report as
                // full.
                throw new IOException("range " + position + "+" + length + " passes the end of the file: " + size());
            }
            final FileChannel.MapMode nio =
                    mode == MapMode.READ_ONLY ? FileChannel.MapMode.READ_ONLY : FileChannel.MapMode.READ_WRITE;
            return new DiskRegion(channel.map(nio, position, length), forces);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(final long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record DiskRegion(MappedByteBuffer buffer, boolean forces) implements MappedRegion {
        @Override
        public void force(final int index, final int length) throws IOException {
            if (!forces) {
                return;
            }
            try {
                buffer.force(index, length);
            } catch (final UncheckedIOException e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            Unmapper.unmap(buffer);
        }
    }
}
