package io.ansermq.store.commitlog;

import io.ansermq.store.Doorbell;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whose turn it is to write: the log agent's own thread does it, or, when that sleeps and there is one small frame only,
 * the thread that has just sealed this frame. Who waits for a single small commit then waits for the disk, and not for one
 * thread to wake another and that one to wake the first again, which takes half as long as the disk does.
 *
 * <p>Under load it is the thread's again: a frame that is sealed while others are written or wait, and one that is large,
 * is left to it, so that the next ones can be laid out meanwhile. And so is every frame on a disk that takes long, for core
 * has better things to do than to wait for that.
 */
final class LogTurn implements AgentThread.Agent {

    /** A few small messages. What is larger is worth a thread of its own. */
    private static final int SMALL_BYTES = 8 << 10;

    private final LogAgent agent;
    private final Doorbell bell;
    private final AtomicBoolean taken = new AtomicBoolean();

    /** Whether there is a thread: without one, whoever drives the log says when it writes. */
    private volatile boolean shared;

    LogTurn(final LogAgent agent, final Doorbell bell) {
        this.agent = agent;
        this.bell = bell;
    }

    /** From now on a thread calls {@link #doWork}. */
    void share() {
        shared = true;
    }

    /** Core has sealed a frame and will seal more before it looks how far the log has come. */
    void sealed() {
        bell.ring();
    }

    /** Core has sealed its last frame of this turn. Its position may be committed when this returns. */
    void sealedLast(final int bytes) {
        final boolean here = shared && bytes <= SMALL_BYTES && taken.compareAndSet(false, true);
        boolean more = true;
        if (here) {
            try {
                if (agent.isQuick() && agent.waiting() == 1) {
                    agent.doWorkUntold();
                }
                more = agent.waiting() > 0;
            } finally {
                taken.set(false);
            }
        }
        if (more) {
            bell.ring();
        }
    }

    /** One batch; returns how many frames it had, 0 also while core writes. */
    int doWork() {
        if (!taken.compareAndSet(false, true)) {
            // Whoever has the turn rings if anything is left behind.
            return 0;
        }
        try {
            return agent.doWork();
        } finally {
            taken.set(false);
        }
    }

    @Override
    public int doWork(final long nowNs) {
        return doWork();
    }

    @Override
    public long sleepNs(final long nowNs) {
        return Long.MAX_VALUE;
    }
}
