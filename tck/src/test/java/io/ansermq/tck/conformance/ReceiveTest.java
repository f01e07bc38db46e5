package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Receiving: order, starting and stopping, prefetched messages, bodies alone. */
class ReceiveTest extends Conformance {

    @Override
    protected void cases(final Cases cases) {
        order(cases);
        waiting(cases);
        stopping(cases);
        closing(cases);
        prefetch(cases);
        bodies(cases);
        topics(cases);
    }

    private static void order(final Cases cases) {
        cases.section("6.2.9")
                .each(
                        "messages of one session arrive in the order of sending, in mode %s",
                        List.of(DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT), (scene, mode) -> {
                            final Session session = scene.session();
                            final MessageProducer producer = session.createProducer(scene.queue());
                            producer.setDeliveryMode(mode);
                            final List<String> texts = IntStream.range(0, 300)
                                    .mapToObj(i -> "" + i)
                                    .toList();
                            for (final String text : texts) {
                                producer.send(session.createTextMessage(text));
                            }
                            assertThat(Scene.texts(session.createConsumer(scene.queue()), 300))
                                    .containsExactlyElementsOf(texts);
                        })
                .promise("messages of several producers of one session arrive in the order of sending", scene -> {
                    final Session session = scene.session();
                    final List<MessageProducer> producers = List.of(
                            session.createProducer(scene.queue()),
                            session.createProducer(scene.queue()),
                            session.createProducer(null));
                    for (int i = 0; i < 90; i++) {
                        if (i % 3 == 2) {
                            producers.get(2).send(scene.queue(), session.createTextMessage("" + i));
                        } else {
                            producers.get(i % 3).send(session.createTextMessage("" + i));
                        }
                    }
                    assertThat(Scene.texts(session.createConsumer(scene.queue()), 90))
                            .containsExactlyElementsOf(
                                    IntStream.range(0, 90).mapToObj(i -> "" + i).toList());
                })
                .promise(
                        "a backlog of 10 priorities arrives in strict order of priority, and of sending within each",
                        scene -> {
                            final Session session = scene.session();
                            final MessageProducer producer = session.createProducer(scene.queue());
                            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
                            final List<String> expected = new ArrayList<>();
                            for (int i = 0; i < 2_000; i++) {
                                producer.setPriority(i * 7 % 10);
                                producer.send(session.createTextMessage(i * 7 % 10 + ":" + i));
                            }
                            for (int priority = 9; priority >= 0; priority--) {
                                for (int i = 0; i < 2_000; i++) {
                                    if (i * 7 % 10 == priority) {
                                        expected.add(priority + ":" + i);
                                    }
                                }
                            }
                            assertThat(Scene.texts(session.createConsumer(scene.queue()), 2_000))
                                    .containsExactlyElementsOf(expected);
                        });
    }

    private static void waiting(final Cases cases) {
        cases.section("MessageConsumer.receive")
                .promise("receive waits for a message", scene -> {
                    final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
                    final Waiting waiting = Waiting.start(() -> Scene.text(consumer));
                    scene.newConnection();
                    sendOver(scene.newConnection(), scene.queue(), "a");
                    assertThat(waiting.result()).isEqualTo("a");
                })
                .promise("receive with a time limit returns null when it is over", scene -> {
                    final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
                    final long beforeNs = System.nanoTime();
                    assertThat(consumer.receive(20)).isNull();
                    assertThat(System.nanoTime() - beforeNs).isGreaterThanOrEqualTo(20_000_000L);
                })
                .promise("receive(0) waits as receive does", scene -> {
                    final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
                    final Waiting waiting = Waiting.start(() -> consumer.receive(0));
                    sendOver(scene.newConnection(), scene.queue(), "a");
                    assertThat(((Message) waiting.result()).getBody(String.class))
                            .isEqualTo("a");
                })
                .promise("receiveNoWait returns null when there is nothing, and what there is at once", scene -> {
                    final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
                    assertThat(consumer.receiveNoWait()).isNull();
                    sendOver(scene.newConnection(), scene.queue(), "a");
                    assertThat(consumer.receiveNoWait()).isNotNull();
                    assertThat(consumer.receiveNoWait()).isNull();
                })
                .promise("a consumer with a listener refuses receive", scene -> {
                    final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
                    consumer.setMessageListener(message -> {});
                    assertThatThrownBy(consumer::receive).isInstanceOf(IllegalStateException.class);
                    assertThatThrownBy(() -> consumer.receive(1)).isInstanceOf(IllegalStateException.class);
                    assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(IllegalStateException.class);
                });
        cases.section("JMSConsumer.receive")
                .promise("receive waits for a message", scene -> {
                    final JMSConsumer consumer = scene.context().createConsumer(scene.queue());
                    final Waiting waiting = Waiting.start(consumer::receive);
                    scene.send(scene.queue(), "a");
                    assertThat(((Message) waiting.result()).getBody(String.class))
                            .isEqualTo("a");
                })
                .promise("receive with a time limit and receiveNoWait return null when there is nothing", scene -> {
                    final JMSConsumer consumer = scene.context().createConsumer(scene.queue());
                    assertThat(consumer.receive(5)).isNull();
                    assertThat(consumer.receiveNoWait()).isNull();
                    assertThat(consumer.getMessageSelector()).isNull();
                })
                .promise("a consumer with a listener refuses receive", scene -> {
                    final JMSConsumer consumer = scene.context().createConsumer(scene.queue());
                    consumer.setMessageListener(message -> {});
                    assertThatThrownBy(consumer::receive).isInstanceOf(IllegalStateRuntimeException.class);
                    assertThatThrownBy(() -> consumer.receiveBody(String.class, 1))
                            .isInstanceOf(IllegalStateRuntimeException.class);
                });
    }

    private static void sendOver(final Connection connection, final Destination to, final String... texts)
            throws JMSException {
        final Session session = connection.createSession();
        final MessageProducer producer = session.createProducer(to);
        for (final String text : texts) {
            producer.send(session.createTextMessage(text));
        }
    }

    private static void stopping(final Cases cases) {
        cases.section("6.1.4")
                .promise("nothing is received before start", scene -> {
                    scene.send(scene.queue(), "a");
                    final Connection connection =
                            scene.closeLater(scene.factory().createConnection());
                    final MessageConsumer consumer = connection.createSession().createConsumer(scene.queue());
                    assertThat(consumer.receiveNoWait()).isNull();
                    assertThat(consumer.receive(30)).isNull();
                    connection.start();
                    connection.start();
                    assertThat(Scene.text(consumer)).isEqualTo("a");
                })
                .promise("nothing is received after stop, be it in the client's buffer, until start", scene -> {
                    scene.send(scene.queue(), "a", "b", "c");
                    final Connection connection = scene.newConnection();
                    final MessageConsumer consumer = connection.createSession().createConsumer(scene.queue());
                    assertThat(Scene.text(consumer)).isEqualTo("a");
                    connection.stop();
                    connection.stop();
                    assertThat(consumer.receiveNoWait()).isNull();
                    assertThat(consumer.receive(30)).isNull();
                    connection.start();
                    assertThat(Scene.texts(consumer, 2)).containsExactly("b", "c");
                })
                .promise("a stopped connection sends", scene -> {
                    final Connection connection =
                            scene.closeLater(scene.factory().createConnection());
                    sendOver(connection, scene.queue(), "a");
                    assertThat(Scene.text(scene.session().createConsumer(scene.queue())))
                            .isEqualTo("a");
                })
                .promise("a receive that waits goes on waiting while stopped", scene -> {
                    final Connection connection = scene.newConnection();
                    final MessageConsumer consumer = connection.createSession().createConsumer(scene.queue());
                    final Waiting waiting = Waiting.start(() -> Scene.text(consumer));
                    connection.stop();
                    scene.send(scene.queue(), "a");
                    waiting.expectWaiting();
                    connection.start();
                    assertThat(waiting.result()).isEqualTo("a");
                });
    }

    private static void closing(final Cases cases) {
        cases.section("6.2.15");
        cases.each(
                "closing a %s gives back at once and in order what was not acknowledged",
                List.of("consumer", "session", "connection"), (scene, what) -> {
                    scene.send(scene.queue(), "a", "b", "c", "d");
                    final Connection connection = scene.newConnection();
                    final Session session = connection.createSession();
                    final MessageConsumer consumer = session.createConsumer(scene.queue());
                    assertThat(Scene.text(consumer)).isEqualTo("a");
                    (what.equals("consumer") ? consumer : what.equals("session") ? session : connection).close();
                    final MessageConsumer next = scene.session().createConsumer(scene.queue());
                    final Message b = Scene.receive(next);
                    assertThat(b.getBody(String.class)).isEqualTo("b");
                    assertThat(b.getJMSRedelivered())
                            .as("it was never handed over")
                            .isFalse();
                    assertThat(Scene.texts(next, 2)).containsExactly("c", "d");
                });
        cases.each(
                "closing a %s brings unacknowledged messages to the next consumer, marked",
                List.of("session", "connection"), (scene, what) -> {
                    scene.send(scene.queue(), "a", "b");
                    final Connection connection = scene.newConnection();
                    final Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                    assertThat(Scene.texts(session.createConsumer(scene.queue()), 2))
                            .containsExactly("a", "b");
                    (what.equals("session") ? session : connection).close();
                    final MessageConsumer next = scene.session().createConsumer(scene.queue());
                    for (final String text : List.of("a", "b")) {
                        final Message again = Scene.receive(next);
                        assertThat(again.getBody(String.class)).isEqualTo(text);
                        assertThat(again.getJMSRedelivered()).isTrue();
                        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
                    }
                });
    }

    private static void prefetch(final Cases cases) {
        for (final int prefetch : new int[] {0, 1, 2, 100}) {
            cases.section("8.5")
                    .promise("with a prefetch of " + prefetch + " every message arrives once and in order", scene -> {
                        scene.send(scene.queue(), "a", "b", "c", "d", "e");
                        final ConnectionFactory factory = scene.factory("prefetch=" + prefetch);
                        final Session session = scene.newConnection(factory).createSession();
                        final MessageConsumer consumer = session.createConsumer(scene.queue());
                        assertThat(Scene.texts(consumer, 4)).containsExactly("a", "b", "c", "d");
                        assertThat(Scene.rest(consumer)).containsExactly("e");
                        final Waiting waiting = Waiting.start(() -> Scene.text(consumer));
                        scene.send(scene.queue(), "f");
                        assertThat(waiting.result()).isEqualTo("f");
                    });
        }
        cases.promise("with a prefetch of 0 nothing is taken from other consumers", scene -> {
            final Session pulling =
                    scene.newConnection(scene.factory("prefetch=0")).createSession();
            final MessageConsumer idle = pulling.createConsumer(scene.queue());
            scene.send(scene.queue(), "a", "b", "c");
            final MessageConsumer other = scene.session().createConsumer(scene.queue());
            assertThat(Scene.texts(other, 3)).containsExactly("a", "b", "c");
            Scene.expectNone(idle);
            scene.send(scene.queue(), "d", "e");
            assertThat(Scene.text(other)).isEqualTo("d");
        });
        cases.promise("with a prefetch of 0 a consumer that was served, or waited in vain, holds nothing", scene -> {
            final Session pulling =
                    scene.newConnection(scene.factory("prefetch=0")).createSession();
            final MessageConsumer consumer = pulling.createConsumer(scene.queue());
            assertThat(consumer.receive(1)).isNull();
            scene.send(scene.queue(), "a", "b");
            final MessageConsumer other = scene.session().createConsumer(scene.queue());
            assertThat(Scene.rest(other)).containsExactly("a", "b");
            final Waiting waiting = Waiting.start(() -> Scene.text(consumer));
            other.close();
            scene.send(scene.queue(), "c", "d");
            assertThat(waiting.result()).isEqualTo("c");
            assertThat(Scene.rest(scene.session().createConsumer(scene.queue())))
                    .containsExactly("d");
        });
        cases.promise("with a prefetch of 0 a listener that is busy holds no other message", scene -> {
            final var entered = new java.util.concurrent.CountDownLatch(1);
            final var leave = new java.util.concurrent.CountDownLatch(1);
            final Session pulling =
                    scene.newConnection(scene.factory("prefetch=0")).createSession();
            pulling.createConsumer(scene.queue()).setMessageListener(message -> {
                entered.countDown();
                try {
                    leave.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            try {
                scene.send(scene.queue(), "a", "b", "c");
                assertThat(entered.await(Scene.PATIENCE_MS, java.util.concurrent.TimeUnit.MILLISECONDS))
                        .isTrue();
                assertThat(Scene.rest(scene.session().createConsumer(scene.queue())))
                        .containsExactly("b", "c");
            } finally {
                leave.countDown();
            }
        });
        cases.promise("with a prefetch of 0 a listener hears every message", scene -> {
            final var heard = new java.util.concurrent.LinkedBlockingQueue<String>();
            final Session session =
                    scene.newConnection(scene.factory("prefetch=0")).createSession();
            session.createConsumer(scene.queue()).setMessageListener(message -> {
                try {
                    heard.add(message.getBody(String.class));
                } catch (JMSException e) {
                    heard.add(e.toString());
                }
            });
            scene.send(scene.queue(), "a", "b", "c");
            for (final String text : List.of("a", "b", "c")) {
                assertThat(heard.poll(Scene.PATIENCE_MS, java.util.concurrent.TimeUnit.MILLISECONDS))
                        .isEqualTo(text);
            }
        });
    }

    private static void bodies(final Cases cases) {
        cases.section("8.6").promise("receiveBody returns the body of each type that has one", scene -> {
            final Session session = scene.session();
            final MessageProducer producer = session.createProducer(scene.queue());
            producer.send(session.createTextMessage("text"));
            final BytesMessage bytes = session.createBytesMessage();
            bytes.writeByte((byte) 1);
            producer.send(bytes);
            final MapMessage map = session.createMapMessage();
            map.setInt("i", 1);
            producer.send(map);
            producer.send(session.createObjectMessage(5));

            final JMSConsumer consumer = scene.context().createConsumer(scene.queue());
            assertThat(consumer.receiveBody(String.class, Scene.PATIENCE_MS)).isEqualTo("text");
            assertThat(consumer.receiveBody(byte[].class)).containsExactly(1);
            assertThat((Object) consumer.receiveBody(Map.class, Scene.PATIENCE_MS))
                    .isEqualTo(Map.of("i", 1));
            assertThat(consumer.receiveBodyNoWait(Integer.class)).isEqualTo(5);
            assertThat(consumer.receiveBodyNoWait(String.class)).isNull();
            assertThat(consumer.receiveBody(String.class, 5)).isNull();
        });
        final List<String> ways = List.of("receiveBody(Class)", "receiveBody(Class, long)", "receiveBodyNoWait(Class)");
        for (final int mode : new int[] {JMSContext.AUTO_ACKNOWLEDGE, JMSContext.DUPS_OK_ACKNOWLEDGE}) {
            cases.each("%s of the wrong type leaves the message in place in mode " + mode, ways, (scene, way) -> {
                scene.send(scene.queue(), "a", "b");
                final JMSContext context = scene.context(mode);
                final JMSConsumer consumer = context.createConsumer(scene.queue());
                assertThatThrownBy(() -> receiveBody(consumer, way, Map.class))
                        .isInstanceOf(MessageFormatRuntimeException.class);
                final Message first = Scene.receive(consumer);
                assertThat(first.getBody(String.class)).isEqualTo("a");
                assertThat(first.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
                assertThat(consumer.receiveBody(String.class, Scene.PATIENCE_MS))
                        .isEqualTo("b");
            });
        }
        cases.each(
                "receiveBody of a %s is refused and leaves it in place",
                List.of("Message", "StreamMessage"), (scene, type) -> {
                    final Session session = scene.session();
                    session.createProducer(scene.queue())
                            .send(type.equals("Message") ? session.createMessage() : session.createStreamMessage());
                    final JMSConsumer consumer = scene.context().createConsumer(scene.queue());
                    assertThatThrownBy(() -> consumer.receiveBody(Object.class, Scene.PATIENCE_MS))
                            .isInstanceOf(MessageFormatRuntimeException.class);
                    assertThat(Scene.receive(consumer)).isNotNull();
                });
    }

    private static Object receiveBody(final JMSConsumer consumer, final String way, final Class<?> type) {
        return switch (way) {
            case "receiveBody(Class)" -> consumer.receiveBody(type);
            case "receiveBody(Class, long)" -> consumer.receiveBody(type, Scene.PATIENCE_MS);
            default -> consumer.receiveBodyNoWait(type);
        };
    }

    private static void topics(final Cases cases) {
        cases.section("4.2.2")
                .promise("each subscriber gets each message", scene -> {
                    final Session session = scene.session();
                    final MessageConsumer one = session.createConsumer(scene.topic());
                    final MessageConsumer two =
                            scene.newConnection().createSession().createConsumer(scene.topic());
                    scene.send(scene.topic(), "a", "b");
                    assertThat(Scene.texts(one, 2)).containsExactly("a", "b");
                    assertThat(Scene.texts(two, 2)).containsExactly("a", "b");
                })
                .promise("what was sent while nobody listened is never seen", scene -> {
                    scene.send(scene.topic(), "before");
                    final MessageConsumer consumer = scene.session().createConsumer(scene.topic());
                    scene.send(scene.topic(), "after");
                    assertThat(Scene.text(consumer)).isEqualTo("after");
                    consumer.close();
                    scene.send(scene.topic(), "between");
                    final MessageConsumer next = scene.session().createConsumer(scene.topic());
                    Scene.expectNone(next);
                });
    }
}
