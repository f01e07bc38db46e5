package io.ansermq.ra;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.XATerminator;
import jakarta.resource.spi.work.ExecutionContext;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkContext;
import jakarta.resource.spi.work.WorkListener;
import jakarta.resource.spi.work.WorkManager;
import jakarta.resource.spi.work.WorkRejectedException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server as far as a resource adapter sees it: threads, timers, and Narayana as its transaction manager. */
final class TestServer implements BootstrapContext, WorkManager, AutoCloseable {
    static {
        for (final String name : new String[] {null, "communicationStore", "stateStore"}) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, name)
                    .setObjectStoreType("com.arjuna.ats.internal.arjuna.objectstore.VolatileStore");
        }
    }

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        final Thread thread = new Thread(task, "server-work");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger rejections = new AtomicInteger();

    final List<Work> works = new CopyOnWriteArrayList<>();
    final List<Timer> timers = new CopyOnWriteArrayList<>();
    final List<ClassLoader> loadersLeft = new CopyOnWriteArrayList<>();

    static TransactionManager transactions() {
        return com.arjuna.ats.jta.TransactionManager.transactionManager();
    }

    /** The next so many works find no thread. */
    void rejectNext(final int count) {
        rejections.set(count);
    }

    int running() {
        return running.get();
    }

    @Override
    public void scheduleWork(
            final Work work, final long timeout, final ExecutionContext context, final WorkListener listener)
            throws WorkRejectedException {
        if (rejections.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new WorkRejectedException("no thread");
        }
        works.add(work);
        running.incrementAndGet();
        threads.execute(() -> {
            try {
                work.run();
            } finally {
                loadersLeft.add(Thread.currentThread().getContextClassLoader());
                running.decrementAndGet();
            }
        });
    }

    @Override
    public void scheduleWork(final Work work) throws WorkRejectedException {
        scheduleWork(work, INDEFINITE, null, null);
    }

    @Override
    public void doWork(final Work work) {
        throw new AssertionError("blocks its caller");
    }

    @Override
    public void doWork(
            final Work work, final long timeout, final ExecutionContext context, final WorkListener listener) {
        throw new AssertionError("blocks its caller");
    }

    @Override
    public long startWork(final Work work) {
        throw new AssertionError("blocks its caller until a thread is free");
    }

    @Override
    public long startWork(
            final Work work, final long timeout, final ExecutionContext context, final WorkListener listener) {
        throw new AssertionError("blocks its caller until a thread is free");
    }

    @Override
    public WorkManager getWorkManager() {
        return this;
    }

    @Override
    public XATerminator getXATerminator() {
        throw new AssertionError("the adapter imports no transactions");
    }

    @Override
    public Timer createTimer() {
        final Timer timer = new Timer("server-timer", true);
        timers.add(timer);
        return timer;
    }

    /** A server without any of the optional contexts. */
    @Override
    public boolean isContextSupported(final Class<? extends WorkContext> context) {
        return false;
    }

    @Override
    public TransactionSynchronizationRegistry getTransactionSynchronizationRegistry() {
        throw new AssertionError("not needed");
    }

    @Override
    public void close() {
        timers.forEach(Timer::cancel);
        threads.shutdownNow();
    }
}
