package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Connection consumers and the sessions of a pool, as an application server uses them. */
class ServerSessionsTest extends Conformance {

    /** A pool of as many sessions as were added, each run on a thread of its own. */
    private static final class Pool implements ServerSessionPool {
        private final BlockingQueue<ServerSession> free = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        Pool add(final Session session) throws JMSException {
            return add(session, message -> {});
        }

        Pool add(final Session session, final MessageListener before) throws JMSException {
            session.setMessageListener(message -> {
                before.onMessage(message);
                heard.add(textOf(message));
            });
            free.add(new One(session));
            return this;
        }

        @Override
        public ServerSession getServerSession() throws JMSException {
            try {
                return free.take();
            } catch (InterruptedException e) {
                throw new JMSException("interrupted");
            }
        }

        List<String> heard(final int count) throws InterruptedException {
            final List<String> texts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                texts.add(heard.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS));
            }
            return texts;
        }

        /** A server session: it is free again when it has run. */
        private final class One implements ServerSession {
            private final Session session;

            One(final Session session) {
                this.session = session;
            }

            @Override
            public Session getSession() {
                return session;
            }

            @Override
            public void start() {
                final Thread thread = new Thread(
                        () -> {
                            session.run();
                            free.add(this);
                        },
                        "server session");
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private static String textOf(final Message message) {
        try {
            return ((TextMessage) message).getText() + (message.getJMSRedelivered() ? " again" : "");
        } catch (JMSException e) {
            return e.toString();
        }
    }

    private static void unchecked(final Waiter action) {
        try {
            action.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private interface Waiter {
        void run() throws Exception;
    }

    @Override
    protected void cases(final Cases cases) {
        kinds(cases);
        modes(cases);
        states(cases);
        wrongUse(cases);
    }

    private static void kinds(final Cases cases) {
        cases.section("Connection.createConnectionConsumer")
                .promise("messages of a queue go to the sessions of the pool, in order, by selector", scene -> {
                    final Connection connection = scene.newConnection();
                    final Pool pool = new Pool().add(connection.createSession());
                    final ConnectionConsumer consumer =
                            connection.createConnectionConsumer(scene.queue(), "wanted", pool, 3);
                    assertThat(consumer.getServerSessionPool()).isSameAs(pool);
                    final Session session = scene.session();
                    final MessageProducer producer = session.createProducer(scene.queue());
                    for (int i = 0; i < 8; i++) {
                        final TextMessage message = session.createTextMessage("m" + i);
                        message.setBooleanProperty("wanted", i != 2);
                        producer.send(message);
                    }
                    assertThat(pool.heard(7)).containsExactly("m0", "m1", "m3", "m4", "m5", "m6", "m7");
                    consumer.close();
                    consumer.close();
                    assertThat(Scene.rest(scene.session().createConsumer(scene.queue())))
                            .containsExactly("m2");
                });
        cases.section("Connection.createConnectionConsumer")
                .promise("each message of a topic goes to one session of the pool", scene -> {
                    final Connection connection = scene.newConnection();
                    final Pool pool = new Pool().add(connection.createSession()).add(connection.createSession());
                    final ConnectionConsumer consumer =
                            connection.createConnectionConsumer(scene.topic(), null, pool, 1);
                    scene.send(scene.topic(), "a", "b", "c");
                    assertThat(pool.heard(3)).containsExactlyInAnyOrder("a", "b", "c");
                    consumer.close();
                });
        cases.section("Connection.createSharedConnectionConsumer").promise("a shared subscription is served", scene -> {
            final Connection connection = scene.newConnection();
            final Pool pool = new Pool().add(connection.createSession());
            connection.createSharedConnectionConsumer(scene.topic(), scene.name("s"), null, pool, 2);
            scene.send(scene.topic(), "a", "b");
            assertThat(pool.heard(2)).containsExactly("a", "b");
        });
        cases.section("Connection.createSharedDurableConnectionConsumer")
                .promise("a shared durable subscription keeps what comes meanwhile", scene -> {
                    final Connection connection = scene.newConnection();
                    final String name = scene.name("s");
                    connection
                            .createSharedDurableConnectionConsumer(scene.topic(), name, null, new Pool(), 2)
                            .close();
                    scene.send(scene.topic(), "a", "b");
                    final Pool pool = new Pool().add(connection.createSession());
                    connection.createSharedDurableConnectionConsumer(scene.topic(), name, null, pool, 2);
                    assertThat(pool.heard(2)).containsExactly("a", "b");
                });
        cases.section("Connection.createDurableConnectionConsumer")
                .promise("a durable subscription keeps what comes meanwhile", scene -> {
                    final Connection connection =
                            scene.newConnection(scene.factory("jms.clientID=" + scene.name("client")));
                    final Topic topic = scene.topic();
                    connection
                            .createDurableConnectionConsumer(topic, "s", null, new Pool(), 2)
                            .close();
                    scene.send(topic, "a", "b");
                    final Pool pool = new Pool().add(connection.createSession());
                    connection.createDurableConnectionConsumer(topic, "s", null, pool, 2);
                    assertThat(pool.heard(2)).containsExactly("a", "b");
                });
        cases.section("QueueConnection.createConnectionConsumer").promise("the legacy APIs have theirs", scene -> {
            final QueueConnection queues = scene.closeLater(scene.factory().createQueueConnection());
            final Pool one = new Pool().add(queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE));
            queues.createConnectionConsumer(scene.queue(), null, one, 1);
            queues.start();
            scene.send(scene.queue(), "q");
            assertThat(one.heard(1)).containsExactly("q");
            final TopicConnection topics = scene.closeLater(
                    scene.factory("jms.clientID=" + scene.name("client")).createTopicConnection());
            final Pool two = new Pool().add(topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE));
            topics.createConnectionConsumer(scene.topic(), null, two, 1).close();
            topics.createDurableConnectionConsumer(scene.topic(), "s", null, two, 1);
            topics.start();
            scene.send(scene.topic(), "t");
            assertThat(two.heard(1)).containsExactly("t");
        });
    }

    private static void modes(final Cases cases) {
        cases.section("Session.run")
                .each(
                        "what a session of mode %s has run is acknowledged",
                        List.of(Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE, Session.CLIENT_ACKNOWLEDGE),
                        (scene, mode) -> {
                            final Connection connection = scene.newConnection();
                            final AtomicInteger calls = new AtomicInteger();
                            final Pool pool = new Pool()
                                    .add(
                                            connection.createSession(mode),
                                            message -> unchecked(() -> {
                                                if (calls.incrementAndGet() == 3) {
                                                    message.acknowledge();
                                                }
                                            }));
                            scene.send(scene.queue(), "a", "b", "c");
                            final ConnectionConsumer consumer =
                                    connection.createConnectionConsumer(scene.queue(), null, pool, 3);
                            assertThat(pool.heard(3)).containsExactly("a", "b", "c");
                            consumer.close();
                            Scene.expectNone(scene.session().createConsumer(scene.queue()));
                        });
        cases.section("Session.run").promise("a listener that throws gets its message again", scene -> {
            final Connection connection = scene.newConnection();
            final AtomicInteger calls = new AtomicInteger();
            final Pool pool = new Pool().add(connection.createSession(), message -> {
                if (calls.incrementAndGet() == 2) {
                    throw new java.lang.IllegalStateException("as planned");
                }
            });
            scene.send(scene.queue(), "a", "b", "c");
            connection.createConnectionConsumer(scene.queue(), null, pool, 2);
            assertThat(pool.heard(3)).containsExactlyInAnyOrder("a", "b again", "c");
        });
        cases.section("Session.recover").promise("gives back what the session was given, and nothing else", scene -> {
            final Connection connection = scene.newConnection();
            final Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            final AtomicInteger calls = new AtomicInteger();
            final Pool pool = new Pool()
                    .add(
                            session,
                            message -> unchecked(() -> {
                                if (calls.incrementAndGet() == 2) {
                                    session.recover();
                                }
                            }));
            scene.send(scene.queue(), "a", "b");
            connection.createConnectionConsumer(scene.queue(), null, pool, 2);
            assertThat(pool.heard(4)).containsExactly("a", "b", "a again", "b again");
        });
        cases.section("Session.rollback").promise("gives back messages of a topic", scene -> {
            final Connection connection = scene.newConnection();
            final Session session = connection.createSession(Session.SESSION_TRANSACTED);
            final Pool pool = new Pool()
                    .add(
                            session,
                            message -> unchecked(() -> {
                                if (message.getJMSRedelivered()) {
                                    session.commit();
                                } else {
                                    session.rollback();
                                }
                            }));
            connection.createConnectionConsumer(scene.topic(), null, pool, 1);
            scene.send(scene.topic(), "a");
            assertThat(pool.heard(2)).containsExactly("a", "a again");
        });
        cases.section("Session.rollback").promise("gives back exactly what that session was given", scene -> {
            final Connection connection = scene.newConnection();
            final CountDownLatch otherHas = new CountDownLatch(1);
            final CountDownLatch otherMay = new CountDownLatch(1);
            final Pool pool = new Pool();
            for (int i = 0; i < 2; i++) {
                final Session session = connection.createSession(Session.SESSION_TRANSACTED);
                pool.add(
                        session,
                        message -> unchecked(() -> {
                            if (textOf(message).equals("a")) {
                                otherHas.countDown();
                                assertThat(otherMay.await(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS))
                                        .isTrue();
                                session.commit();
                            } else if (message.getJMSRedelivered()) {
                                session.commit();
                            } else {
                                assertThat(otherHas.await(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS))
                                        .isTrue();
                                session.rollback();
                            }
                        }));
            }
            final ConnectionConsumer consumer = connection.createConnectionConsumer(scene.queue(), null, pool, 1);
            scene.send(scene.queue(), "a", "b");
            assertThat(pool.heard(2)).containsExactly("b", "b again");
            otherMay.countDown();
            assertThat(pool.heard(1)).containsExactly("a");
            consumer.close();
            Scene.expectNone(scene.session().createConsumer(scene.queue()));
        });
    }

    private static void states(final Cases cases) {
        cases.section("Connection.stop").promise("nothing is handed over while the connection is stopped", scene -> {
            final Connection connection = scene.closeLater(scene.factory().createConnection());
            final Pool pool = new Pool().add(connection.createSession());
            connection.createConnectionConsumer(scene.queue(), null, pool, 1);
            scene.send(scene.queue(), "a");
            assertThat(pool.heard).isEmpty();
            connection.start();
            assertThat(pool.heard(1)).containsExactly("a");
        });
        cases.section("ConnectionConsumer.close").promise("waits for its listener, gives back the rest", scene -> {
            final Connection connection = scene.newConnection();
            final CountDownLatch inside = new CountDownLatch(1);
            final CountDownLatch may = new CountDownLatch(1);
            final Pool pool = new Pool()
                    .add(
                            connection.createSession(),
                            message -> unchecked(() -> {
                                inside.countDown();
                                assertThat(may.await(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS))
                                        .isTrue();
                            }));
            scene.send(scene.queue(), "a", "b", "c", "d");
            final ConnectionConsumer consumer = connection.createConnectionConsumer(scene.queue(), null, pool, 2);
            assertThat(inside.await(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
            final Waiting closing = Waiting.start(() -> {
                consumer.close();
                return "closed";
            });
            closing.expectWaiting();
            may.countDown();
            assertThat(closing.result()).isEqualTo("closed");
            final MessageConsumer next = scene.session().createConsumer(scene.queue());
            assertThat(Scene.rest(next)).containsExactly("b", "c", "d");
            assertThat(pool.heard).containsExactly("a");
            assertThatThrownBy(consumer::getServerSessionPool).isInstanceOf(IllegalStateException.class);
        });
        cases.section("Session.commit").promise("is refused when the connection consumer was closed before", scene -> {
            final Connection connection = scene.newConnection();
            final Session session = connection.createSession(Session.SESSION_TRANSACTED);
            final Pool pool = new Pool().add(session);
            final Queue answers = scene.queue("answers");
            scene.send(scene.queue(), "a");
            final ConnectionConsumer consumer = connection.createConnectionConsumer(scene.queue(), null, pool, 1);
            assertThat(pool.heard(1)).containsExactly("a");
            consumer.close();
            session.createProducer(answers).send(session.createTextMessage("answer"));
            assertThatThrownBy(session::commit).isInstanceOf(TransactionRolledBackException.class);
            assertThat(Scene.text(scene.session().createConsumer(scene.queue())))
                    .isEqualTo("a");
            final MessageConsumer answered = scene.session().createConsumer(answers);
            Scene.expectNone(answered);
            session.createProducer(answers).send(session.createTextMessage("next"));
            session.commit();
            assertThat(Scene.text(answered)).isEqualTo("next");
        });
        cases.section("Session.close").promise("what was loaded and not run comes again", scene -> {
            final Connection connection = scene.newConnection();
            final Session idle = connection.createSession();
            final CountDownLatch started = new CountDownLatch(1);
            final Pool pool = new Pool();
            pool.free.add(new ServerSession() {
                @Override
                public Session getSession() {
                    return idle;
                }

                @Override
                public void start() {
                    started.countDown();
                }
            });
            scene.send(scene.queue(), "a");
            connection.createConnectionConsumer(scene.queue(), null, pool, 1);
            assertThat(started.await(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
            idle.close();
            pool.add(connection.createSession());
            assertThat(pool.heard(1)).containsExactly("a again");
        });
    }

    private static void wrongUse(final Cases cases) {
        cases.section("Connection.createConnectionConsumer").promise("wrong arguments are refused", scene -> {
            final Connection connection = scene.newConnection();
            final Queue queue = scene.queue();
            final Pool pool = new Pool();
            assertThatThrownBy(() -> connection.createConnectionConsumer(null, null, pool, 1))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> connection.createConnectionConsumer(queue, "=", pool, 1))
                    .isInstanceOf(InvalidSelectorException.class);
            assertThatThrownBy(() -> connection.createConnectionConsumer(queue, null, null, 1))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> connection.createConnectionConsumer(queue, null, pool, 0))
                    .isInstanceOf(JMSException.class);
            connection.close();
            assertThatThrownBy(() -> connection.createConnectionConsumer(queue, null, pool, 1))
                    .isInstanceOf(IllegalStateException.class);
        });
        cases.section("ServerSession.getSession").promise("a session of another connection is reported", scene -> {
            final Connection connection = scene.newConnection();
            final BlockingQueue<JMSException> problems = new LinkedBlockingQueue<>();
            connection.setExceptionListener(problems::add);
            final Pool pool = new Pool().add(scene.session());
            connection.createConnectionConsumer(scene.queue(), null, pool, 1);
            scene.send(scene.queue(), "a");
            assertThat(problems.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).hasMessageContaining("not made");
            assertThat(Scene.text(scene.newConnection().createSession().createConsumer(scene.queue())))
                    .isEqualTo("a");
        });
        cases.section("Session.setMessageListener").promise("excludes other ways to receive", scene -> {
            final Session session = scene.session();
            final MessageListener listener = message -> {};
            session.setMessageListener(listener);
            assertThat(session.getMessageListener()).isSameAs(listener);
            final MessageConsumer consumer = session.createConsumer(scene.queue());
            assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> consumer.setMessageListener(listener)).isInstanceOf(IllegalStateException.class);
            session.setMessageListener(null);
            assertThat(session.getMessageListener()).isNull();
            assertThatThrownBy(() -> session.setMessageListener(listener)).isInstanceOf(IllegalStateException.class);
            session.close();
            assertThatThrownBy(() -> session.setMessageListener(listener)).isInstanceOf(IllegalStateException.class);
        });
        cases.section("Session.run").promise("needs a listener and an open session", scene -> {
            final Session session = scene.session();
            assertThatThrownBy(session::run).isInstanceOf(IllegalStateRuntimeException.class);
            session.close();
            assertThatThrownBy(session::run).isInstanceOf(IllegalStateRuntimeException.class);
        });
    }
}
