package io.ansermq.store.history;

import io.ansermq.store.files.Files;
import io.ansermq.store.files.MappedRegion;
import io.ansermq.store.files.StoreFile;
import io.ansermq.store.fixtures.StaleFrames;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * A mistake that a store could make, made for it by what stands between it and the disk: the store does the right thing, and
 * it does not reach the disk.
 */
enum PlantedBug {
    /** The log agent answers, and the force that it waited for was none. */
    ANSWER_BEFORE_FORCE {
        @Override
        boolean forces(final Path path, final boolean written) {
            return !isSegment(path) || !written;
        }
    },
    /** Names of new segments, images and spares are left to chance. */
    MISSING_DIRECTORY_SYNC {
        @Override
        boolean syncs(final Path directory) {
            return !directory.endsWith("log");
        }
    },
    /** An image, and the index that it speaks of, count before the log that they were made from is forced. */
    INDEX_AHEAD_OF_THE_LOG {
        @Override
        boolean forces(final Path path, final boolean written) {
            return !isSegment(path) || written;
        }
    },
    /** The image counts before the index that it speaks of is forced. */
    IMAGE_AHEAD_OF_THE_INDEX {
        @Override
        boolean forces(final Path path, final boolean written) {
            return !path.getParent().endsWith("index");
        }
    },
    /** Recovery takes what stands behind the tail for frames of this log, whatever position, sequence and epoch they bear. */
    STALE_BYTES_ACCEPTED {
        @Override
        void opened(final Path path, final ByteBuffer bytes) {
            if (isSegment(path)) {
                StaleFrames.makeValid(bytes, Long.parseLong(path.getFileName().toString()));
            }
        }
    };

    boolean forces(final Path path, final boolean written) {
        return true;
    }

    boolean syncs(final Path directory) {
        return true;
    }

    /** A file of an earlier life is mapped. */
    void opened(final Path path, final ByteBuffer bytes) {}

    private static boolean isSegment(final Path path) {
        return path.getFileName().toString().startsWith("0") && path.getParent().endsWith("log");
    }

    /** The disk with the bug before it. */
    Files before(final Files disk) {
        return new Planted(disk);
    }

    private final class Planted implements Files {
        private final Files files;

        Planted(final Files files) {
            this.files = files;
        }

        @Override
        public StoreFile open(final Path file) throws IOException {
            return new PlantedFile(file, files.open(file));
        }

        @Override
        public StoreFile create(final Path file) throws IOException {
            return new PlantedFile(file, files.create(file));
        }

        @Override
        public boolean exists(final Path path) {
            return files.exists(path);
        }

        @Override
        public List<String> list(final Path directory) throws IOException {
            return files.list(directory);
        }

        @Override
        public void createDirectories(final Path directory) throws IOException {
            files.createDirectories(directory);
        }

        @Override
        public void rename(final Path from, final Path to) throws IOException {
            files.rename(from, to);
        }

        @Override
        public void delete(final Path file) throws IOException {
            files.delete(file);
        }

        @Override
        public void syncDirectory(final Path directory) throws IOException {
            if (syncs(directory)) {
                files.syncDirectory(directory);
            }
        }

        @Override
        public Closeable lock(final Path file) throws IOException {
            return files.lock(file);
        }

        @Override
        public long usableSpace(final Path directory) throws IOException {
            return files.usableSpace(directory);
        }
    }

    private final class PlantedFile implements StoreFile {
        private final Path path;
        private final StoreFile file;
        private boolean written;

        PlantedFile(final Path path, final StoreFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public void write(final ByteBuffer from, final long position) throws IOException {
            written = true;
            file.write(from, position);
        }

        @Override
        public int read(final ByteBuffer to, final long position) throws IOException {
            return file.read(to, position);
        }

        @Override
        public void force() throws IOException {
            if (forces(path, written)) {
                file.force();
            }
        }

        @Override
        public MappedRegion map(final MapMode mode, final long position, final int length) throws IOException {
            final ByteBuffer bytes = ByteBuffer.allocate(length);
            file.read(bytes, position);
            final ByteBuffer before = bytes.duplicate().clear();
            final ByteBuffer changed = ByteBuffer.allocate(length).put(0, before, 0, length);
            opened(path, changed);
            if (!changed.equals(before)) {
                file.write(changed, position);
            }
            final MappedRegion region = file.map(mode, position, length);
            return new MappedRegion() {
                @Override
                public ByteBuffer buffer() {
                    return region.buffer();
                }

                @Override
                public void force(final int index, final int forcedLength) throws IOException {
                    if (forces(path, true)) {
                        region.force(index, forcedLength);
                    }
                }

                @Override
                public void close() {
                    region.close();
                }
            };
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(final long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
