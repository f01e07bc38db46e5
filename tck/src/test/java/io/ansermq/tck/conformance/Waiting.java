package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A call that blocks, on a thread of its own. */
final class Waiting {
    private final FutureTask<Object> task;
    private final Thread thread;

    private Waiting(final Callable<Object> call) {
        task = new FutureTask<>(call);
        thread = new Thread(task, "waiting");
        thread.setDaemon(true);
    }

    /** Returns when the call waits for something. */
    static Waiting start(final Callable<Object> call) {
        final Waiting waiting = begin(call);
        Awaitility.await()
                .pollInterval(1, TimeUnit.MILLISECONDS)
                .until(() -> waiting.thread.getState() == Thread.State.WAITING
                        || waiting.thread.getState() == Thread.State.TIMED_WAITING
                        || waiting.task.isDone());
        return waiting;
    }

    /** Returns at once. */
    static Waiting begin(final Callable<Object> call) {
        final Waiting waiting = new Waiting(call);
        waiting.thread.start();
        return waiting;
    }

    /** What the call has returned, waiting for it; what it has thrown is thrown. */
    Object result() throws Exception {
        return task.get(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    /** The call has not returned. */
    void expectWaiting() {
        assertThat(task.isDone()).as("returned too early").isFalse();
    }
}
