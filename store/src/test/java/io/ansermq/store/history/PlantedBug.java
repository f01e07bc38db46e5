package io.ansermq.store.history;

import io.ansermq.store.files.DelegatingFiles;
import io.ansermq.store.files.DelegatingFiles.DelegatingFile;
import io.ansermq.store.files.DelegatingFiles.DelegatingRegion;
import io.ansermq.store.files.Files;
import io.ansermq.store.files.MappedRegion;
import io.ansermq.store.files.StoreFile;
import io.ansermq.store.fixtures.StaleFrames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

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

    private final class Planted extends DelegatingFiles {

        Planted(final Files files) {
            super(files);
        }

        @Override
        protected StoreFile wrap(final Path path, final StoreFile file) {
            return new PlantedFile(path, file);
        }

        @Override
        public void syncDirectory(final Path directory) throws IOException {
            if (syncs(directory)) {
                super.syncDirectory(directory);
            }
        }
    }

    private final class PlantedFile extends DelegatingFile {
        private final Path path;
        private boolean written;

        PlantedFile(final Path path, final StoreFile file) {
            super(file);
            this.path = path;
        }

        @Override
        public void write(final ByteBuffer from, final long position) throws IOException {
            written = true;
            super.write(from, position);
        }

        @Override
        public void force() throws IOException {
            if (forces(path, written)) {
                super.force();
            }
        }

        @Override
        public MappedRegion map(final MapMode mode, final long position, final int length) throws IOException {
            final ByteBuffer bytes = ByteBuffer.allocate(length);
            read(bytes, position);
            final ByteBuffer before = bytes.duplicate().clear();
            final ByteBuffer changed = ByteBuffer.allocate(length).put(0, before, 0, length);
            opened(path, changed);
            if (!changed.equals(before)) {
                super.write(changed, position);
            }
            return new DelegatingRegion(super.map(mode, position, length)) {
                @Override
                public void force(final int index, final int forcedLength) throws IOException {
                    if (forces(path, true)) {
                        super.force(index, forcedLength);
                    }
                }
            };
        }
    }
}
