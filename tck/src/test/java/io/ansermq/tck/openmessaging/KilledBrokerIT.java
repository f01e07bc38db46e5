package io.ansermq.tck.openmessaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.consumer.PushConsumer;
import io.openmessaging.consumer.StreamingConsumer;
import io.openmessaging.consumer.StreamingIterator;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.producer.Producer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The broker is killed and started again while a producer sends and consumers of two groups, one pushed to and one
 * pulling, acknowledge, and go on by themselves: each message is stored once and reaches both, what was acknowledged comes no
 * more, and what comes again says so.
 */
class KilledBrokerIT {
    private static final int KILLS = 3;
    private static final int MESSAGES_PER_LIFE = 300;
    private static final long WAIT_S = 120;
    private static final String QUEUE = "orders";

    @RegisterExtension
    final Evidence evidence = new Evidence();

    /** What one group has got. */
    private static final class Group {
        private final Map<String, Integer> deliveries = new ConcurrentHashMap<>();
        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        private final Set<String> bodies = ConcurrentHashMap.newKeySet();
        private final Map<String, String> wrong = new ConcurrentHashMap<>();
        private final AtomicInteger refused = new AtomicInteger();

        /** Before it is acknowledged. */
        void received(final Message message) {
            // Not the body: what is sent again after a lost answer is another message.
            final String id = message.sysHeaders().getString(BuiltinKeys.MESSAGE_ID);
            // Whether an acknowledgement whose answer was lost is stored cannot be known: its message need not come
            // again.
            bodies.add(new String(message.getBody(byte[].class), UTF_8));
            final int before = deliveries.merge(id, 1, Integer::sum) - 1;
            if (acknowledged.contains(id)) {
                wrong.put(id, "came again after its acknowledgement was confirmed");
            }
            if (before > 0 && message.sysHeaders().getInt(BuiltinKeys.REDELIVERED_NUMBER) == 0) {
                wrong.put(id, "came again without saying so");
            }
        }

        /** One that the broker has lost the consumer of meanwhile comes again. */
        void acknowledge(final Message message, final Runnable ack) {
            try {
                ack.run();
                acknowledged.add(message.sysHeaders().getString(BuiltinKeys.MESSAGE_ID));
            } catch (OMSRuntimeException e) {
                refused.incrementAndGet();
            }
        }
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(WAIT_S));
    }

    @Test
    void shouldLoseNothingAndRepeatNothingThatWasAcknowledged() throws Exception {
        final ServerProcess server = ServerProcess.with(evidence).start();
        final MessagingAccessPoint accessPoint =
                OMS.getMessagingAccessPoint("oms:anser://127.0.0.1:" + server.port() + "/r");
        final Group pushed = new Group();
        final Group pulled = new Group();
        final AtomicInteger stored = new AtomicInteger();
        final AtomicBoolean over = new AtomicBoolean();
        final PushConsumer push = push(accessPoint, pushed);
        final Producer producer = accessPoint.createProducer();
        push.startup();
        producer.startup();
        final Thread puller = new Thread(() -> pull(accessPoint, pulled, over), "puller");
        puller.start();

        final CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
            while (stored.get() < (KILLS + 1) * MESSAGES_PER_LIFE) {
                final String body = "m" + stored.get();
                // One that is under way when the broker dies waits until it is back, and is stored once.
                producer.send(producer.createBytesMessage(QUEUE, body.getBytes(UTF_8)));
                stored.incrementAndGet();
            }
        });
        for (int kill = 1; kill <= KILLS; kill++) {
            final int enough = kill * MESSAGES_PER_LIFE;
            await().until(() -> stored.get() >= enough || sender.isCompletedExceptionally());
            server.kill();
            server.start();
        }
        sender.get(WAIT_S, TimeUnit.SECONDS);

        final List<String> all =
                IntStream.range(0, stored.get()).mapToObj(i -> "m" + i).toList();
        await().until(() -> pushed.bodies.containsAll(all) && pulled.bodies.containsAll(all));
        over.set(true);
        puller.join(TimeUnit.SECONDS.toMillis(WAIT_S));
        push.shutdown();
        producer.shutdown();
        final List<String> log = stream(accessPoint);
        server.stop();

        assertThat(log).as("all that is stored, in the order of the sends").isEqualTo(all);
        assertThat(pushed.wrong).isEmpty();
        assertThat(pulled.wrong).isEmpty();
    }

    private static List<String> stream(final MessagingAccessPoint accessPoint) {
        final StreamingConsumer consumer = accessPoint.createStreamingConsumer();
        consumer.startup();
        final StreamingIterator messages = consumer.seekToBeginning(QUEUE + "#0");
        final List<String> bodies = new ArrayList<>();
        while (messages.hasNext()) {
            bodies.add(new String(messages.next().getBody(byte[].class), UTF_8));
        }
        consumer.shutdown();
        return bodies;
    }

    private static PushConsumer push(final MessagingAccessPoint accessPoint, final Group group) {
        final PushConsumer consumer = accessPoint.createPushConsumer(group("pushed"));
        consumer.attachQueue(QUEUE, (message, context) -> {
            group.received(message);
            group.acknowledge(message, context::ack);
        });
        return consumer;
    }

    private static void pull(final MessagingAccessPoint accessPoint, final Group group, final AtomicBoolean over) {
        final PullConsumer consumer = accessPoint.createPullConsumer(group("pulled"));
        consumer.attachQueue(QUEUE).startup();
        while (!over.get()) {
            final Message message = consumer.receive(OMS.newKeyValue().put(OMSBuiltinKeys.OPERATION_TIMEOUT, 200));
            if (message != null) {
                group.received(message);
                group.acknowledge(
                        message, () -> consumer.ack(message.sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE)));
            }
        }
        consumer.shutdown();
    }

    private static KeyValue group(final String id) {
        return OMS.newKeyValue().put(OMSBuiltinKeys.CONSUMER_ID, id);
    }
}
