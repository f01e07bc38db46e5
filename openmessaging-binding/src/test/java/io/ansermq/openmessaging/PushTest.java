package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static io.ansermq.openmessaging.TestBroker.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.consumer.MessageListener;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.consumer.PushConsumer;
import io.openmessaging.exception.OMSRuntimeException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a push consumer promises. */
class PushTest extends Scenario {

    @Test
    void shouldDeliverAgainWhatAListenerHasThrownAbout() throws Exception {
        producer.send(message("x"));
        final BlockingQueue<Integer> redelivered = new LinkedBlockingQueue<>();
        final PushConsumer push = accessPoint.createPushConsumer(consumer("group"));
        push.attachQueue(QUEUE, (message, context) -> {
            final int number = message.sysHeaders().getInt(BuiltinKeys.REDELIVERED_NUMBER);
            redelivered.add(number);
            if (number == 0) {
                throw new IllegalStateException("not this time");
            }
            context.ack();
        });
        push.startup();

        assertThat(poll(redelivered)).isZero();
        assertThat(poll(redelivered)).isEqualTo(1);
    }

    @Test
    void shouldAcceptAnAcknowledgementThatComesLateAndFromAnotherThread() throws Exception {
        producer.send(message("x"));
        producer.send(message("y"));
        final BlockingQueue<MessageListener.Context> contexts = new LinkedBlockingQueue<>();
        final PushConsumer push = accessPoint.createPushConsumer(consumer("group"));
        push.attachQueue(QUEUE, (message, context) -> contexts.add(context));
        push.startup();
        final MessageListener.Context first = poll(contexts);
        final MessageListener.Context second = poll(contexts);
        assertThat(second).isNotNull();

        first.ack();
        first.ack();
        push.shutdown();

        assertThatThrownBy(second::ack).isInstanceOf(OMSRuntimeException.class);
        final PullConsumer consumer = pull("group", QUEUE);
        final Message again = nextAcknowledged(consumer);
        assertThat(text(again)).isEqualTo("y");
        assertThat(again.sysHeaders().getInt(BuiltinKeys.REDELIVERED_NUMBER)).isEqualTo(1);
        assertThat(consumer.receive(timeout(NOTHING_MS))).isNull();
    }

    @Test
    void shouldConsumeAQueueThatIsAttachedAfterStartupAndAfterARestart() throws Exception {
        final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        final PushConsumer push = accessPoint.createPushConsumer(consumer("group"));
        push.startup();
        push.attachQueue(QUEUE, (message, context) -> {
            context.ack();
            got.add(text(message));
        });
        producer.send(message("before"));
        assertThat(poll(got)).isEqualTo("before");
        push.shutdown();
        producer.send(message("meanwhile"));
        push.startup();

        assertThat(poll(got)).isEqualTo("meanwhile");
        push.shutdown();
        assertThatThrownBy(push::suspend).isInstanceOf(OMSRuntimeException.class);
    }

    @Test
    void shouldGoOnAfterAListenerThatInterruptsItsThread() throws Exception {
        final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        final PushConsumer push =
                started(accessPoint.createPushConsumer(consumer("group")).attachQueue(QUEUE, (message, context) -> {
                    context.ack();
                    got.add(text(message) + Thread.currentThread().isInterrupted());
                    Thread.currentThread().interrupt();
                }));

        producer.send(message("a"));
        producer.send(message("b"));

        assertThat(poll(got)).isEqualTo("afalse");
        assertThat(poll(got)).isEqualTo("bfalse");
        push.shutdown();
    }

    /** A listener that says when it is called, and goes on when it may. */
    private static final class Slow implements MessageListener {
        private final CountDownLatch called = new CountDownLatch(1);
        private final CountDownLatch mayEnd = new CountDownLatch(1);
        private final AtomicBoolean ended = new AtomicBoolean();

        @Override
        public void onReceived(final Message message, final Context context) {
            called.countDown();
            try {
                assertThat(mayEnd.await(WAIT_MS, TimeUnit.MILLISECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            context.ack();
            ended.set(true);
        }
    }

    static Stream<Arguments> waysToEnd() {
        return Stream.of(
                Arguments.of("shutdown", (Consumer<PushConsumer>) PushConsumer::shutdown),
                Arguments.of("detachQueue", (Consumer<PushConsumer>) consumer -> consumer.detachQueue(QUEUE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysToEnd")
    void shouldWaitForTheListenerThatRunsAndTakeItsAcknowledgement(final String what, final Consumer<PushConsumer> end)
            throws Exception {
        final Slow listener = new Slow();
        final PushConsumer push =
                started(accessPoint.createPushConsumer(consumer("group")).attachQueue(QUEUE, listener));
        send(QUEUE, "x");
        assertThat(listener.called.await(WAIT_MS, TimeUnit.MILLISECONDS)).isTrue();

        final CompletableFuture<Boolean> endedBefore = CompletableFuture.supplyAsync(() -> {
            end.accept(push);
            return listener.ended.get();
        });
        listener.mayEnd.countDown();

        assertThat(endedBefore.get(WAIT_MS, TimeUnit.MILLISECONDS)).as(what).isTrue();
        assertThat(pull("group", QUEUE).receive(timeout(NOTHING_MS))).isNull();
    }

    @Test
    void shouldLetListenersOfTwoQueuesShutItDownWhileItIsShutDown() throws Exception {
        final PushConsumer push = accessPoint.createPushConsumer(consumer("group"));
        final CyclicBarrier together = new CyclicBarrier(3);
        final CountDownLatch done = new CountDownLatch(2);
        final MessageListener listener = (message, context) -> {
            context.ack();
            meet(together);
            push.shutdown();
            done.countDown();
        };
        push.attachQueue("one", listener).attachQueue("two", listener);
        started(push);
        send("one", "x");
        send("two", "x");
        meet(together);

        push.shutdown();

        assertThat(done.await(WAIT_MS, TimeUnit.MILLISECONDS)).isTrue();
    }

    private static void meet(final CyclicBarrier barrier) {
        try {
            barrier.await(WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldBeginAgainByItselfWhenTheTimeOfASuspensionIsOver() throws Exception {
        final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        final PushConsumer push =
                started(accessPoint.createPushConsumer(consumer("group")).attachQueue(QUEUE, (message, context) -> {
                    context.ack();
                    got.add(text(message));
                }));
        push.suspend(NOTHING_MS);
        final long suspendedNs = System.nanoTime();
        assertThat(push.isSuspended()).isTrue();
        push.attachQueue("late", (message, context) -> {
            context.ack();
            got.add(text(message));
        });
        send(QUEUE, "x");
        send("late", "y");

        assertThat(List.of(poll(got), poll(got))).containsExactlyInAnyOrder("x", "y");
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - suspendedNs))
                .isGreaterThanOrEqualTo(NOTHING_MS - 1);
        assertThat(push.isSuspended()).isFalse();
        assertThatThrownBy(push::resume).isInstanceOf(OMSRuntimeException.class);
        assertThatThrownBy(() -> push.suspend(-1)).extracting(Scenario::codeOf).isEqualTo("1418");
    }

    @Test
    void shouldEndATimedSuspensionEarlyAndReplaceItByOneWithoutEnd() throws Exception {
        final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        final PushConsumer push =
                started(accessPoint.createPushConsumer(consumer("group")).attachQueue(QUEUE, (message, context) -> {
                    context.ack();
                    got.add(text(message));
                }));
        push.suspend(3_600_000);
        push.resume();
        send(QUEUE, "x");
        assertThat(poll(got)).isEqualTo("x");
        push.suspend(1);
        push.suspend();
        send(QUEUE, "y");
        assertThat(got.poll(NOTHING_MS, TimeUnit.MILLISECONDS)).isNull();
        assertThat(push.isSuspended()).isTrue();
        push.resume();
        assertThat(poll(got)).isEqualTo("y");
    }

    @Test
    void shouldLeaveNoThreadBehindWhenItIsStartedAndShutDownOften() {
        final PushConsumer push = accessPoint.createPushConsumer(consumer("group"));
        push.attachQueue("leaves-no-thread", (message, context) -> context.ack());
        for (int i = 0; i < 5; i++) {
            push.startup();
            push.shutdown();
        }

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.contains("leaves-no-thread"));
    }
}
