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
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.producer.Producer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The broker is killed and started again while a producer sends and consumers of two groups, one pushed to and one
 * pulling, acknowledge: what was stored reaches both, what was acknowledged comes no more, and what comes again says so.
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

        void acknowledged(final Message message) {
            acknowledged.add(message.sysHeaders().getString(BuiltinKeys.MESSAGE_ID));
        }
    }

    @Test
    void shouldLoseNothingAndRepeatNothingThatWasAcknowledged() throws Exception {
        final ServerProcess server = ServerProcess.with(evidence).start();
        final MessagingAccessPoint accessPoint =
                OMS.getMessagingAccessPoint("oms:anser://127.0.0.1:" + server.port() + "/r");
        final Group pushed = new Group();
        final Group pulled = new Group();
        final Set<String> stored = ConcurrentHashMap.newKeySet();
        final AtomicInteger sent = new AtomicInteger();
        final AtomicBoolean over = new AtomicBoolean();
        final CountDownLatch ended = new CountDownLatch(2);
        final PushConsumer push = push(accessPoint, pushed);
        final Thread puller = new Thread(() -> {
            pull(accessPoint, pulled, over);
            ended.countDown();
        });
        final Thread restarter = new Thread(() -> {
            while (!over.get()) {
                // Connects again when the connection is gone, and does nothing while it is there.
                retried(() -> {
                    push.startup();
                    return true;
                });
                pause();
            }
            ended.countDown();
        });
        puller.start();
        restarter.start();

        final Producer producer = accessPoint.createProducer();
        for (int life = 0; life <= KILLS; life++) {
            for (int i = 0; i < MESSAGES_PER_LIFE; i++) {
                final String body = "m" + sent.incrementAndGet();
                // What fails is sent again under the same name: it may be there twice, and is then stored all the same.
                while (!stored.contains(body)) {
                    final boolean done = retried(() -> {
                        producer.startup();
                        producer.send(producer.createBytesMessage(QUEUE, body.getBytes(UTF_8)));
                        return true;
                    });
                    if (done) {
                        stored.add(body);
                    } else {
                        pause();
                    }
                }
            }
            if (life < KILLS) {
                server.kill();
                server.start();
            }
        }

        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (System.nanoTime() < deadlineNs
                && !(pushed.bodies.containsAll(stored) && pulled.bodies.containsAll(stored))) {
            pause();
        }
        over.set(true);
        assertThat(ended.await(WAIT_S, TimeUnit.SECONDS)).isTrue();
        push.shutdown();
        producer.shutdown();
        server.stop();

        assertThat(stored).hasSize(sent.get());
        assertThat(pushed.bodies).containsAll(stored);
        assertThat(pulled.bodies).containsAll(stored);
        assertThat(pushed.wrong).isEmpty();
        assertThat(pulled.wrong).isEmpty();
    }

    private static PushConsumer push(final MessagingAccessPoint accessPoint, final Group group) {
        final PushConsumer consumer = accessPoint.createPushConsumer(group("pushed"));
        consumer.attachQueue(QUEUE, (message, context) -> {
            group.received(message);
            context.ack();
            group.acknowledged(message);
        });
        return consumer;
    }

    private static void pull(final MessagingAccessPoint accessPoint, final Group group, final AtomicBoolean over) {
        final PullConsumer consumer = accessPoint.createPullConsumer(group("pulled"));
        consumer.attachQueue(QUEUE);
        while (!over.get()) {
            final boolean fine = retried(() -> {
                consumer.startup();
                final Message message = consumer.receive(OMS.newKeyValue().put(OMSBuiltinKeys.OPERATION_TIMEOUT, 200));
                if (message != null) {
                    group.received(message);
                    consumer.ack(message.sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE));
                    group.acknowledged(message);
                }
                return true;
            });
            if (!fine) {
                pause();
            }
        }
        consumer.shutdown();
    }

    private static KeyValue group(final String id) {
        return OMS.newKeyValue().put(OMSBuiltinKeys.CONSUMER_ID, id);
    }

    private static boolean retried(final Supplier<Boolean> action) {
        try {
            return action.get();
        } catch (OMSRuntimeException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
