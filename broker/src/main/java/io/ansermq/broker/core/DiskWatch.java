package io.ansermq.broker.core;

import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.files.Background;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the file system how much it can still take, on {@code aux}, since that may take long. Core says when and reads
 * the last answer.
 */
final class DiskWatch implements Background.Task {

    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

    private final CommitLog log;
    private volatile boolean wanted;
    private volatile long usableBytes;
    private volatile long possibleBytes;
    private boolean warned;

    /** Asks once at once, on the thread that starts the broker. */
    DiskWatch(final CommitLog log) {
        this.log = log;
        ask();
    }

    /** Has {@code aux} ask again. */
    void request(final Background background) {
        wanted = true;
        background.wake();
    }

    /** Bytes that the file system could take when it was last asked. */
    long usableBytes() {
        return usableBytes;
    }

    /** What the log's files take and what the file system could take, when it was last asked. */
    long possibleBytes() {
        return possibleBytes;
    }

    @Override
    public boolean doWork() {
        if (!wanted) {
            return false;
        }
        wanted = false;
        ask();
        return true;
    }

    private void ask() {
        try {
            final long usable = log.usableBytes();
            usableBytes = usable;
            possibleBytes = Math.min(Long.MAX_VALUE / 4, usable) + log.fileBytes();
            warned = false;
        } catch (final IOException e) {
            if (!warned) {
                warned = true;
                LOG.warn("cannot tell how much room the disk has: {}; going by the last answer", e.toString());
            }
        }
    }
}
