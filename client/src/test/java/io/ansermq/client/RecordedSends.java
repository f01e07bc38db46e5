package io.ansermq.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A callback that remembers what it heard and lets a test wait for it. */
final class RecordedSends implements SendCallback {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> heard = new ArrayList<>();
    private final List<BrokerException> failures = new ArrayList<>();

    @Override
    public void stored(final long sequence) {
        add("stored " + sequence);
    }

    @Override
    public void failed(final long sequence, final BrokerException e) {
        lock.lock();
        try {
            failures.add(e);
            add("failed " + sequence + " " + e.error());
        } finally {
            lock.unlock();
        }
    }

    private void add(final String what) {
        lock.lock();
        try {
            heard.add(what);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until exactly this was heard, from the beginning and in this order. */
    void expect(final String... expected) {
        assertThat(await(expected.length)).containsExactly(expected);
    }

    /** Waits until so much was heard. */
    List<String> await(final int count) {
        lock.lock();
        try {
            long remainingNs = PATIENCE_NS;
            while (heard.size() < count && remainingNs > 0) {
                remainingNs = changed.awaitNanos(remainingNs);
            }
            assertThat(heard).as("what the callback heard").hasSizeGreaterThanOrEqualTo(count);
            return List.copyOf(heard);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    List<BrokerException> failures() {
        lock.lock();
        try {
            return List.copyOf(failures);
        } finally {
            lock.unlock();
        }
    }
}
