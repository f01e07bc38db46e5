package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One thread at a time has the agent, and no ring is overlooked. */
class CoreThreadTest {
    private static final long FOR_EVER = Long.MAX_VALUE >> 1;
    private static final String OWN = "own";

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final CoreThread core = new CoreThread(OWN, true, failures::add);
    private final AtomicLong work = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong looked = new AtomicLong();
    private final AtomicBoolean finished = new AtomicBoolean();
    private final List<String> workers = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        core.stop();
    }

    /** Does what was asked for by counting it; remembers who did. */
    private class Counting implements CoreThread.Agent {
        @Override
        public int doWork(final long nowNs) {
            final long left = work.get() - done.get();
            if (left > 0) {
                workers.add(Thread.currentThread().getName());
                done.addAndGet(left);
            }
            return (int) left;
        }

        @Override
        public long sleepNs(final long nowNs) {
            looked.incrementAndGet();
            return work.get() == done.get() ? FOR_EVER : 0;
        }

        @Override
        public boolean finish(final long nowNs) {
            finished.set(true);
            return true;
        }
    }

    /** Somebody can run a turn as soon as the agent's own thread lets go of it. */
    private void awaitTurn() {
        await().until(core::tryTurn);
    }

    private static String here() {
        return Thread.currentThread().getName();
    }

    @Test
    void shouldWakeItsThreadWhenRung() {
        core.start(new Counting());
        awaitTurn();
        work.incrementAndGet();
        core.ring();
        await().until(() -> done.get() == 1);
        assertThat(workers).containsExactly(OWN);
    }

    @Test
    void shouldHearWhatWasRungBeforeTheStart() {
        work.incrementAndGet();
        core.ring();
        assertThat(core.tryTurn()).isFalse();
        core.start(new Counting());
        await().until(() -> done.get() == 1);
    }

    @Test
    void shouldRunATurnOnTheCallersThreadWhileItsOwnSleepsAndLetThatSleep() {
        core.start(new Counting());
        awaitTurn();
        for (int i = 1; i <= 10; i++) {
            final long before = looked.get();
            work.incrementAndGet();
            assertThat(core.tryTurn()).isTrue();
            assertThat(done).hasValue(i);
            assertThat(looked).as("looks whether there is more").hasValue(before + 1);
        }
        assertThat(workers).containsOnly(here());
    }

    @Test
    void shouldRunNoTurnElsewhereWhenItIsNotShared() {
        final CoreThread alone = new CoreThread(OWN, false, failures::add);
        try {
            alone.start(new Counting());
            await().until(() -> looked.get() > 0);
            work.incrementAndGet();
            assertThat(alone.tryTurn()).isFalse();
            alone.ring();
            await().until(() -> done.get() == 1);
            assertThat(workers).containsExactly(OWN);
        } finally {
            alone.stop();
        }
    }

    @Test
    void shouldLeaveToItsThreadWhatIsLeftAfterATurn() {
        core.start(new Counting() {
            @Override
            public int doWork(final long nowNs) {
                if (work.get() == done.get()) {
                    return 0;
                }
                workers.add(here());
                done.incrementAndGet();
                return 1;
            }
        });
        awaitTurn();
        work.addAndGet(3);
        assertThat(core.tryTurn()).isTrue();
        await().until(() -> done.get() == 3);
        assertThat(workers).containsExactly(here(), OWN, OWN);
    }

    @Test
    void shouldNotBeTakenByTwoThreadsAndBeHandedToItsOwnWhenRungMeanwhile() throws InterruptedException {
        final CountDownLatch inside = new CountDownLatch(1);
        final CountDownLatch leave = new CountDownLatch(1);
        core.start(new Counting() {
            @Override
            public int doWork(final long nowNs) {
                final int did = super.doWork(nowNs);
                if (did > 0 && !here().equals(OWN)) {
                    inside.countDown();
                    try {
                        leave.await();
                    } catch (final InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                return did;
            }
        });
        awaitTurn();
        work.incrementAndGet();
        final Thread other = new Thread(core::tryTurn, "other");
        other.start();
        inside.await();
        work.incrementAndGet();
        assertThat(core.tryTurn()).isFalse();
        core.ring();
        leave.countDown();
        await().until(() -> done.get() == 2);
        other.join();
        assertThat(workers).containsExactly("other", OWN);
    }

    @Test
    void shouldWakeInTimeForWhatATurnElsewhereHasFound() {
        final AtomicLong dueNs = new AtomicLong(FOR_EVER);
        final AtomicBoolean met = new AtomicBoolean();
        core.start(new Counting() {
            @Override
            public int doWork(final long nowNs) {
                return dueNs.get() != FOR_EVER && nowNs - dueNs.get() >= 0 && !met.getAndSet(true) ? 1 : 0;
            }

            @Override
            public long sleepNs(final long nowNs) {
                return met.get() || dueNs.get() == FOR_EVER ? FOR_EVER : Math.max(0, dueNs.get() - nowNs);
            }
        });
        awaitTurn();
        dueNs.set(System.nanoTime() + 20_000_000);
        assertThat(core.tryTurn()).isTrue();
        await().untilTrue(met);
    }

    @Test
    void shouldWakeByItselfWhenItsTimeHasCome() {
        core.start(new Counting() {
            @Override
            public long sleepNs(final long nowNs) {
                return Math.min(super.sleepNs(nowNs), 10_000_000);
            }
        });
        awaitTurn();
        work.incrementAndGet();
        await().until(() -> done.get() == 1);
        assertThat(workers).containsExactly(OWN);
    }

    @Test
    void shouldStopForGoodWhenATurnFailsOnAnotherThread() {
        core.start(new Counting() {
            @Override
            public int doWork(final long nowNs) {
                if (work.get() == 1) {
                    throw new IllegalStateException("broken");
                }
                return super.doWork(nowNs);
            }
        });
        awaitTurn();
        work.incrementAndGet();
        assertThat(core.tryTurn()).isTrue();
        work.incrementAndGet();
        assertThat(core.tryTurn()).isFalse();
        core.ring();
        core.stop();
        assertThat(failures).singleElement().satisfies(each -> assertThat(each).hasMessage("broken"));
        assertThat(done).hasValue(0);
        assertThat(finished).as("asked for last records").isFalse();
    }

    @Test
    void shouldTakeWhatIsLeftWhenItIsStopped() {
        core.start(new Counting());
        awaitTurn();
        core.stop();
        assertThat(finished).isTrue();
        assertThat(core.tryTurn()).isFalse();
    }

    /** Any interleaving: two that bring work, by ring or by hand, and the agent's own thread. */
    @Test
    void shouldOverlookNothingAndHaveOneWorkerAtATime() throws InterruptedException {
        final AtomicInteger inside = new AtomicInteger();
        final AtomicBoolean together = new AtomicBoolean();
        core.start(new Counting() {
            @Override
            public int doWork(final long nowNs) {
                together.compareAndSet(false, inside.incrementAndGet() != 1);
                final long left = work.get() - done.get();
                done.addAndGet(left);
                inside.decrementAndGet();
                return (int) left;
            }
        });
        final AtomicBoolean lost = new AtomicBoolean();
        final Thread[] bringers = new Thread[2];
        for (int i = 0; i < bringers.length; i++) {
            final Random random = new Random(i);
            bringers[i] = new Thread(() -> {
                for (int round = 0; round < 20_000 && !lost.get(); round++) {
                    final long mine = work.incrementAndGet();
                    if (random.nextBoolean() || !core.tryTurn()) {
                        core.ring();
                    }
                    final long deadlineNs = System.nanoTime() + 30_000_000_000L;
                    while (done.get() < mine) {
                        if (System.nanoTime() > deadlineNs) {
                            lost.set(true);
                            return;
                        }
                        Thread.yield();
                    }
                }
            });
            bringers[i].start();
        }
        for (final Thread each : bringers) {
            each.join();
        }
        assertThat(lost).as("a ring was overlooked").isFalse();
        assertThat(together).as("two had the agent at a time").isFalse();
        assertThat(done).hasValue(work.get());
    }
}
