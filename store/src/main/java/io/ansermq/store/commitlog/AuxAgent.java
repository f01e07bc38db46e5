package io.ansermq.store.commitlog;

import io.ansermq.store.Doorbell;
import io.ansermq.store.StoreException;
import io.ansermq.store.files.Background;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The {@code aux} agent: everything that takes time and that nobody waits for. */
final class AuxAgent implements Background, AgentThread.Agent {
    private final List<Task> tasks = new CopyOnWriteArrayList<>();
    private final BackgroundForce backgroundForce;
    private final FailStop failStop;
    private final Doorbell bell;
    private final List<Runnable> atEnd = new ArrayList<>();
    private boolean ended;

    AuxAgent(final BackgroundForce backgroundForce, final FailStop failStop, final Doorbell bell) {
        this.backgroundForce = backgroundForce;
        this.failStop = failStop;
        this.bell = bell;
    }

    @Override
    public void register(final Task task) {
        tasks.add(task);
        bell.ring();
    }

    @Override
    public void wake() {
        bell.ring();
    }

    @Override
    public void atEnd(final Runnable action) {
        synchronized (atEnd) {
            if (!ended) {
                atEnd.add(action);
                return;
            }
        }
        action.run();
    }

    /** The agent does not run any more. */
    void end() {
        synchronized (atEnd) {
            ended = true;
        }
        atEnd.forEach(Runnable::run);
    }

    /** One step of each task; returns how many of them did something. */
    @Override
    public int doWork(final long nowNs) {
        if (failStop.failed()) {
            return 0;
        }
        try {
            int worked = backgroundForce.doWork(nowNs) ? 1 : 0;
            for (final Task task : tasks) {
                worked += task.doWork() ? 1 : 0;
            }
            return worked;
        } catch (final Throwable failure) {
            failStop.fail(new StoreException(
                    "background work on the store failed, the store has stopped: " + failure
                            + "; check the disk and restart",
                    failure));
            return 0;
        }
    }

    @Override
    public long sleepNs(final long nowNs) {
        return backgroundForce.sleepNs(nowNs);
    }
}
