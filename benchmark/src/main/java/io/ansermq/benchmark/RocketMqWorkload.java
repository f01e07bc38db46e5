package io.ansermq.benchmark;

import io.ansermq.tools.bench.LoadException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.exception.RemotingException;

/** What the official client of RocketMQ is made to do, for a while, with messages of 1 KiB. */
final class RocketMqWorkload {

    /** All there are, by name and what they ask. */
    static final List<String> NAMES =
            List.of("sync1", "sync32", "async", "batch", "drain", "rate", "tx", "first", "topics");

    private static final int BODY_BYTES = 1024;
    private static final int WINDOW = 1000;
    private static final int BATCH = 32;
    private static final int TX_THREADS = 8;
    private static final int TOPIC_THREADS = 8;
    private static final int PER_SECOND = 2_000;
    private static final long PATIENCE_S = 60;

    private final String nameServer;
    private final String run;
    private final int seconds;
    private final int backlog;
    private final int topics;
    private final byte[] body = new byte[BODY_BYTES];

    /** @param run makes the names of topics and groups differ from those of other runs */
    RocketMqWorkload(
            final String nameServer, final String run, final int seconds, final int backlog, final int topics) {
        this.nameServer = nameServer;
        this.run = run;
        this.seconds = seconds;
        this.backlog = backlog;
        this.topics = topics;
    }

    static String describe(final String name) {
        return switch (name) {
            case "sync1" -> "synchronous send, 1 thread";
            case "sync32" -> "synchronous send, 32 threads";
            case "async" -> "asynchronous send, window 1000";
            case "batch" -> "batches of 32, 4 threads";
            case "drain" -> "push consumer drains a backlog, 32 messages a call";
            case "rate" -> "end to end at 2,000/s, from the time it was due";
            case "tx" -> "transactions, 8 threads";
            case "first" -> "first send to a new topic, 8 threads";
            case "topics" -> "asynchronous send, window 1000, over many topics";
            default -> throw new LoadException("There is no workload " + name + ", only " + String.join(", ", NAMES));
        };
    }

    void run(final String name, final RocketMqRound round) throws Exception {
        switch (name) {
            case "sync1" -> synchronous(round, 1);
            case "sync32" -> synchronous(round, 32);
            case "async" -> asynchronous(round);
            case "batch" -> batches(round);
            case "drain" -> drain(round);
            case "rate" -> rate(round);
            case "tx" -> transactions(round);
            case "first" -> first(round);
            case "topics" -> manyTopics(round);
            default -> throw new LoadException(describe(name));
        }
    }

    // ---- sends

    /** A step that a thread repeats. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    private void synchronous(final RocketMqRound round, final int threads) throws Exception {
        final DefaultMQProducer producer = producer();
        try {
            final String topic = "load-" + run;
            warmUp(producer, topic, round);
            repeat(round, threads, () -> {
                final long startNs = System.nanoTime();
                producer.send(message(topic));
                round.done(1, System.nanoTime() - startNs);
            });
        } finally {
            producer.shutdown();
        }
    }

    private void batches(final RocketMqRound round) throws Exception {
        final DefaultMQProducer producer = producer();
        try {
            final String topic = "load-" + run;
            warmUp(producer, topic, round);
            repeat(round, 4, () -> {
                producer.send(batch(topic));
                round.done(BATCH);
            });
        } finally {
            producer.shutdown();
        }
    }

    private void asynchronous(final RocketMqRound round) throws Exception {
        final DefaultMQProducer producer = producer();
        try {
            final String topic = "load-" + run;
            warmUp(producer, topic, round);
            asynchronous(round, producer, number -> topic);
        } finally {
            producer.shutdown();
        }
    }

    /** The topics are made, their routes known, and the peer answers again before the time begins. */
    private void manyTopics(final RocketMqRound round) throws Exception {
        final DefaultMQProducer producer = producer();
        try {
            warmUp(producer, "load-" + run, round);
            sendToEachTopic(producer);
            warmUp(producer, many(0), round);
            asynchronous(round, producer, number -> many(number % topics));
        } finally {
            producer.shutdown();
        }
    }

    private void asynchronous(
            final RocketMqRound round, final DefaultMQProducer producer, final IntFunction<String> topicOf)
            throws InterruptedException {
        final Semaphore window = new Semaphore(WINDOW);
        final AtomicInteger number = new AtomicInteger();
        repeat(round, 1, () -> {
            window.acquire();
            try {
                producer.send(message(topicOf.apply(number.getAndIncrement())), new SendCallback() {
                    @Override
                    public void onSuccess(final SendResult result) {
                        window.release();
                        round.done(1);
                    }

                    @Override
                    public void onException(final Throwable cause) {
                        window.release();
                        round.failed();
                    }
                });
            } catch (final Exception e) {
                window.release(); // nobody calls back
                throw e;
            }
        });
        if (!window.tryAcquire(WINDOW, PATIENCE_S, TimeUnit.SECONDS)) {
            throw new LoadException("Not all sends were answered");
        }
    }

    private void transactions(final RocketMqRound round) throws Exception {
        final TransactionMQProducer producer = new TransactionMQProducer("tx-" + run);
        producer.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(final Message message, final Object argument) {
                return LocalTransactionState.COMMIT_MESSAGE;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(final MessageExt message) {
                return LocalTransactionState.COMMIT_MESSAGE;
            }
        });
        start(producer);
        try {
            final String topic = "tx-" + run;
            warmUp(producer, topic, round);
            repeat(round, TX_THREADS, () -> {
                final long startNs = System.nanoTime();
                producer.sendMessageInTransaction(message(topic), null);
                round.done(1, System.nanoTime() - startNs);
            });
        } finally {
            producer.shutdown();
        }
    }

    /** Each message is the first one of a topic. */
    private void first(final RocketMqRound round) throws Exception {
        final DefaultMQProducer producer = producer();
        try {
            warmUp(producer, "load-" + run, round);
            final AtomicInteger number = new AtomicInteger();
            repeat(round, TOPIC_THREADS, () -> {
                final Message message = message("first-" + run + "-" + number.getAndIncrement());
                final long startNs = System.nanoTime();
                producer.send(message);
                round.done(1, System.nanoTime() - startNs);
            });
        } finally {
            producer.shutdown();
        }
    }

    /** Makes those that are not there yet, and has the producer learn the routes of all. */
    private void sendToEachTopic(final DefaultMQProducer producer) throws InterruptedException {
        final AtomicInteger number = new AtomicInteger();
        threads(TOPIC_THREADS, () -> {
            for (int i = number.getAndIncrement(); i < topics; i = number.getAndIncrement()) {
                try {
                    producer.send(message(many(i)));
                } catch (final Exception e) {
                    // It counts where messages to it are counted.
                }
            }
        });
    }

    /** The same in all runs. */
    private static String many(final int number) {
        return "many-" + number;
    }

    /** Has threads repeat a step until the time is up, and measures that; a step that fails is counted. */
    private void repeat(final RocketMqRound round, final int threads, final Step step) throws InterruptedException {
        final AtomicBoolean over = new AtomicBoolean();
        final Thread clock = new Thread(() -> {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
            over.set(true);
        });
        round.begin();
        clock.start();
        threads(threads, () -> {
            while (!over.get()) {
                try {
                    step.run();
                } catch (final Exception e) {
                    round.failed();
                }
            }
        });
        round.end();
    }

    private static void threads(final int count, final Runnable work) throws InterruptedException {
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add(new Thread(work, "load-" + i));
        }
        threads.forEach(Thread::start);
        for (final Thread thread : threads) {
            thread.join();
        }
    }

    // ---- receiving

    private void drain(final RocketMqRound round) throws Exception {
        final String topic = "drain-" + run;
        final DefaultMQProducer producer = producer();
        final AtomicInteger left = new AtomicInteger(backlog / BATCH);
        try {
            warmUp(producer, topic, round);
            threads(4, () -> {
                while (left.getAndDecrement() > 0) {
                    try {
                        producer.send(batch(topic));
                    } catch (final Exception e) {
                        left.incrementAndGet();
                    }
                }
            });
        } finally {
            producer.shutdown();
        }
        final CountDownLatch first = new CountDownLatch(1);
        final CountDownLatch all = new CountDownLatch(backlog / BATCH * BATCH);
        final DefaultMQPushConsumer consumer = consumer(topic);
        consumer.setConsumeMessageBatchMaxSize(BATCH);
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            first.countDown();
            messages.forEach(message -> all.countDown());
            round.done(messages.size());
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        try {
            consumer.start();
            if (!first.await(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new LoadException("The consumer got nothing");
            }
            round.begin();
            if (!all.await(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new LoadException("The consumer lacks " + all.getCount() + " messages");
            }
            round.end();
        } finally {
            consumer.shutdown();
        }
    }

    /** Sends at a fixed rate whatever comes back; latencies count from when a message was due. */
    private void rate(final RocketMqRound round) throws Exception {
        final String topic = "rate-" + run;
        final DefaultMQProducer producer = producer();
        final AtomicLong measuredFromNs = new AtomicLong(Long.MAX_VALUE);
        final DefaultMQPushConsumer consumer = consumer(topic);
        final CountDownLatch seen = new CountDownLatch(1);
        consumer.setConsumeMessageBatchMaxSize(1);
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (final MessageExt message : messages) {
                final long dueNs = ByteBuffer.wrap(message.getBody()).getLong();
                seen.countDown();
                if (dueNs - measuredFromNs.get() >= 0 && measuredFromNs.get() != Long.MAX_VALUE) {
                    round.done(1, System.nanoTime() - dueNs);
                }
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        try {
            warmUp(producer, topic, round);
            consumer.start();
            if (!seen.await(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new LoadException("The consumer got nothing");
            }
            final long gapNs = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
            send(producer, topic, PER_SECOND, gapNs);
            round.begin();
            measuredFromNs.set(System.nanoTime());
            send(producer, topic, PER_SECOND * seconds, gapNs);
            TimeUnit.MILLISECONDS.sleep(200);
            round.end();
        } finally {
            producer.shutdown();
            consumer.shutdown();
        }
    }

    private void send(final DefaultMQProducer producer, final String topic, final int count, final long gapNs)
            throws Exception {
        final long startNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            final long dueNs = startNs + i * gapNs;
            while (dueNs - System.nanoTime() > 0) {
                LockSupport.parkNanos(dueNs - System.nanoTime());
            }
            final byte[] stamped = new byte[BODY_BYTES];
            ByteBuffer.wrap(stamped).putLong(dueNs);
            producer.send(new Message(topic, stamped), new SendCallback() {
                @Override
                public void onSuccess(final SendResult result) {
                    // Its consumer says when.
                }

                @Override
                public void onException(final Throwable cause) {
                    // It is missed in the count.
                }
            });
        }
    }

    // ---- clients

    private DefaultMQProducer producer() throws MQClientException {
        final DefaultMQProducer producer = new DefaultMQProducer("producer-" + run);
        start(producer);
        return producer;
    }

    private void start(final DefaultMQProducer producer) throws MQClientException {
        producer.setNamesrvAddr(nameServer);
        producer.setInstanceName("producer-" + System.nanoTime());
        producer.setRetryTimesWhenSendFailed(0);
        producer.setRetryTimesWhenSendAsyncFailed(0);
        producer.setSendMsgTimeout(10_000);
        producer.start();
    }

    private DefaultMQPushConsumer consumer(final String topic) throws MQClientException {
        final DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("consumer-" + topic);
        consumer.setNamesrvAddr(nameServer);
        consumer.setInstanceName("consumer-" + System.nanoTime());
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(topic, "*");
        return consumer;
    }

    /**
     * Sends until the peer has taken some: Apache's broker needs some seconds until its name server knows it, and longer after
     * thousands of topics were made.
     *
     * @throws LoadException it has taken none for a minute
     */
    private void warmUp(final DefaultMQProducer producer, final String topic, final RocketMqRound round)
            throws InterruptedException {
        long answeredNs = System.nanoTime();
        int done = 0;
        while (done < 200) {
            try {
                producer.send(message(topic));
                done++;
                answeredNs = System.nanoTime();
            } catch (final MQClientException | RemotingException | MQBrokerException e) {
                round.triedAgain();
                if (System.nanoTime() - answeredNs > TimeUnit.SECONDS.toNanos(PATIENCE_S)) {
                    throw new LoadException("The peer takes no message to " + topic + ": " + e);
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    private Message message(final String topic) {
        return new Message(topic, body);
    }

    private List<Message> batch(final String topic) {
        return IntStream.range(0, BATCH).mapToObj(i -> message(topic)).toList();
    }
}
