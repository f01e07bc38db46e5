package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Message listeners, and what may be done in them: sections 6.1.4, 6.1.8, 6.2.13, 8.7. */
class CallbacksTest extends Conformance {

    private interface Action {
        void run() throws Exception;
    }

    /** Tells what comes of doing something in a listener. */
    private static final class Outcome {
        private final BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();

        MessageListener of(final Action action) {
            return message -> {
                try {
                    action.run();
                    outcomes.add("done");
                } catch (Exception e) {
                    outcomes.add(e);
                }
            };
        }

        Object get() throws InterruptedException {
            return outcomes.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    protected void cases(final Cases cases) {
        forbidden(cases);
        ownConsumer(cases);
        delivery(cases);
        failing(cases);
    }

    private static void forbidden(final Cases cases) {
        cases.section("6.1.8")
                .each(
                        "a message listener cannot %s its own connection",
                        List.of("close", "stop"), (scene, what) -> {
                            final Connection connection = scene.newConnection();
                            final Outcome outcome = new Outcome();
                            connection
                                    .createSession()
                                    .createConsumer(scene.queue())
                                    .setMessageListener(
                                            outcome.of(what.equals("close") ? connection::close : connection::stop));
                            scene.send(scene.queue(), "a");
                            assertThat(outcome.get()).isInstanceOf(IllegalStateException.class);
                        });
        cases.section("6.2.15").promise("a message listener cannot close its own session", scene -> {
            final Session session = scene.newConnection().createSession();
            final Outcome outcome = new Outcome();
            session.createConsumer(scene.queue()).setMessageListener(outcome.of(session::close));
            scene.send(scene.queue(), "a");
            assertThat(outcome.get()).isInstanceOf(IllegalStateException.class);
        });
        cases.section("JMSContext.close")
                .each(
                        "a message listener cannot %s its own context",
                        List.of("close", "stop"), (scene, what) -> {
                            final JMSContext context = scene.context();
                            final Outcome outcome = new Outcome();
                            context.createConsumer(scene.queue())
                                    .setMessageListener(
                                            outcome.of(what.equals("close") ? context::close : context::stop));
                            scene.send(scene.queue(), "a");
                            assertThat(outcome.get()).isInstanceOf(IllegalStateRuntimeException.class);
                        });
        cases.section("6.1.8").promise("a message listener may close another connection", scene -> {
            final Connection other = scene.newConnection();
            final Outcome outcome = new Outcome();
            scene.session().createConsumer(scene.queue()).setMessageListener(outcome.of(other::close));
            scene.send(scene.queue(), "a");
            assertThat(outcome.get()).isEqualTo("done");
        });
    }

    private static void ownConsumer(final Cases cases) {
        cases.section("8.8")
                .promise("a listener may close its own consumer, and its message is acknowledged", scene -> {
                    final Session session = scene.session();
                    final MessageConsumer consumer = session.createConsumer(scene.queue());
                    final Outcome outcome = new Outcome();
                    consumer.setMessageListener(outcome.of(consumer::close));
                    scene.send(scene.queue(), "a", "b");
                    assertThat(outcome.get()).isEqualTo("done");
                    session.close();
                    final MessageConsumer next = scene.session().createConsumer(scene.queue());
                    assertThat(Scene.text(next)).isEqualTo("b");
                    Scene.expectNone(next);
                });
        cases.section("JMSConsumer.close")
                .promise("a listener may close its own consumer, and its message is acknowledged", scene -> {
                    final JMSContext context = scene.context();
                    final JMSConsumer consumer = context.createConsumer(scene.queue());
                    final Outcome outcome = new Outcome();
                    consumer.setMessageListener(outcome.of(consumer::close));
                    scene.send(scene.queue(), "a", "b");
                    assertThat(outcome.get()).isEqualTo("done");
                    context.close();
                    final MessageConsumer next = scene.session().createConsumer(scene.queue());
                    assertThat(Scene.text(next)).isEqualTo("b");
                    Scene.expectNone(next);
                });
        cases.section("8.7").promise("a listener may set another listener for the next message", scene -> {
            final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
            final Outcome outcome = new Outcome();
            consumer.setMessageListener(outcome.of(() -> consumer.setMessageListener(message -> heard.add("second"))));
            scene.send(scene.queue(), "a", "b");
            assertThat(outcome.get()).isEqualTo("done");
            assertThat(heard.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isEqualTo("second");
        });
    }

    private static void delivery(final Cases cases) {
        cases.section("6.2.13").promise("the listeners of a session are called one at a time", scene -> {
            final AtomicInteger at = new AtomicInteger();
            final AtomicInteger most = new AtomicInteger();
            final CountDownLatch all = new CountDownLatch(60);
            final Session session = scene.session();
            for (int i = 0; i < 3; i++) {
                session.createConsumer(scene.queue("q" + i)).setMessageListener(message -> {
                    most.accumulateAndGet(at.incrementAndGet(), Math::max);
                    Thread.yield();
                    at.decrementAndGet();
                    all.countDown();
                });
            }
            for (int i = 0; i < 60; i++) {
                scene.send(scene.queue("q" + i % 3), "" + i);
            }
            assertThat(all.await(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
            assertThat(most).hasValue(1);
        });
        cases.section("8.7").promise("a listener hears messages in their order", scene -> {
            final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            scene.session().createConsumer(scene.queue()).setMessageListener(message -> {
                try {
                    heard.add(message.getBody(String.class));
                } catch (Exception e) {
                    heard.add(e.toString());
                }
            });
            final String[] texts = new String[100];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = "" + i;
            }
            scene.send(scene.queue(), texts);
            for (final String text : texts) {
                assertThat(heard.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isEqualTo(text);
            }
        });
        cases.promise("setting the listener to null is as taking it away", scene -> {
            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
            final MessageListener listener = message -> {};
            assertThat(consumer.getMessageListener()).isNull();
            consumer.setMessageListener(listener);
            assertThat(consumer.getMessageListener()).isSameAs(listener);
            consumer.setMessageListener(null);
            assertThat(consumer.getMessageListener()).isNull();
            scene.send(scene.queue(), "a");
            assertThat(Scene.text(consumer)).isEqualTo("a");
        });
        cases.section("JMSConsumer.setMessageListener")
                .promise("setting the listener to null is as taking it away", scene -> {
                    final JMSConsumer consumer = scene.context().createConsumer(scene.queue());
                    final MessageListener listener = message -> {};
                    consumer.setMessageListener(listener);
                    assertThat(consumer.getMessageListener()).isSameAs(listener);
                    consumer.setMessageListener(null);
                    assertThat(consumer.getMessageListener()).isNull();
                });
        cases.section("6.1.4")
                .promise("when stop returns no listener is running and none is called until start", scene -> {
                    final Connection connection = scene.newConnection();
                    final CountDownLatch entered = new CountDownLatch(1);
                    final CountDownLatch letGo = new CountDownLatch(1);
                    final AtomicInteger returned = new AtomicInteger();
                    connection.createSession().createConsumer(scene.queue()).setMessageListener(message -> {
                        entered.countDown();
                        try {
                            letGo.await(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        returned.incrementAndGet();
                    });
                    scene.send(scene.queue(), "a", "b");
                    assertThat(entered.await(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS))
                            .isTrue();
                    final Waiting stopping = Waiting.start(() -> {
                        connection.stop();
                        return returned.get();
                    });
                    stopping.expectWaiting();
                    letGo.countDown();
                    assertThat(stopping.result()).isEqualTo(1);
                    assertThat(returned).hasValue(1);
                    connection.start();
                    org.awaitility.Awaitility.await().until(() -> returned.get() == 2);
                });
    }

    private static void failing(final Cases cases) {
        cases.section("8.7")
                .each(
                        "a message whose listener throws comes again in mode %s",
                        List.of(Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE), (scene, mode) -> {
                            final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
                            scene.session(mode).createConsumer(scene.queue()).setMessageListener(message -> {
                                try {
                                    heard.add(message.getBody(String.class) + message.getJMSRedelivered());
                                    if (!message.getJMSRedelivered()) {
                                        throw new IllegalArgumentException("thrown by the test");
                                    }
                                } catch (jakarta.jms.JMSException e) {
                                    heard.add(e.toString());
                                }
                            });
                            scene.send(scene.queue(), "a");
                            assertThat(heard.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS))
                                    .isEqualTo("afalse");
                            assertThat(heard.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS))
                                    .isEqualTo("atrue");
                        });
        cases.promise("in CLIENT_ACKNOWLEDGE the next message is delivered after a listener that throws", scene -> {
            final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            scene.session(Session.CLIENT_ACKNOWLEDGE)
                    .createConsumer(scene.queue())
                    .setMessageListener(message -> {
                        final String text = textOf(message);
                        heard.add(text);
                        if (text.equals("a")) {
                            throw new IllegalArgumentException("thrown by the test");
                        }
                    });
            scene.send(scene.queue(), "a", "b");
            assertThat(heard.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isEqualTo("a");
            assertThat(heard.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isEqualTo("b");
        });
        cases.section("6.2.10").promise("a listener that recovers gets its message again", scene -> {
            final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
            final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            session.createConsumer(scene.queue()).setMessageListener(message -> {
                try {
                    heard.add(message.getBody(String.class) + message.getJMSRedelivered());
                    if (!message.getJMSRedelivered()) {
                        session.recover();
                    } else {
                        message.acknowledge();
                    }
                } catch (jakarta.jms.JMSException e) {
                    heard.add(e.toString());
                }
            });
            scene.send(scene.queue(), "a");
            assertThat(heard.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isEqualTo("afalse");
            assertThat(heard.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isEqualTo("atrue");
        });
    }

    private static String textOf(final Message message) {
        try {
            return message.getBody(String.class);
        } catch (jakarta.jms.JMSException e) {
            return e.toString();
        }
    }
}
