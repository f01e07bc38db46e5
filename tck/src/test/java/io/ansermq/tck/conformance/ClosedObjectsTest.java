package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Every method of everything that can be closed, once it is: each refuses, but closing again does not. */
class ClosedObjectsTest extends Conformance {

    /** Something to close, and what closes it. */
    private record Closable(String what, String section, Class<?> type, Maker maker) {}

    /** The object to use, and what to close first. */
    private record Made(Object object, AutoCloseable closed) {}

    private interface Maker {
        Made make(Scene scene) throws Exception;
    }

    /** Not a method of Jakarta Messaging, or one that may be called. */
    private static final Set<String> EXEMPT = Set.of("close", "getClass", "hashCode", "equals", "toString");

    private static final List<Closable> CLOSABLES = List.of(
            new Closable("connection", "6.1.8", Connection.class, scene -> same(scene.newConnection())),
            new Closable("queue connection", "6.1.8", QueueConnection.class, scene -> same(queueConnection(scene))),
            new Closable("topic connection", "6.1.8", TopicConnection.class, scene -> same(topicConnection(scene))),
            new Closable("session", "6.2.15", Session.class, scene -> same(scene.session())),
            new Closable("queue session", "6.2.15", QueueSession.class, scene -> same(queueSession(scene))),
            new Closable("topic session", "6.2.15", TopicSession.class, scene -> same(topicSession(scene))),
            new Closable(
                    "producer",
                    "MessageProducer.close",
                    MessageProducer.class,
                    scene -> same(scene.session().createProducer(scene.queue()))),
            new Closable(
                    "unidentified producer",
                    "MessageProducer.close",
                    MessageProducer.class,
                    scene -> same(scene.session().createProducer(null))),
            new Closable(
                    "sender",
                    "MessageProducer.close",
                    QueueSender.class,
                    scene -> same(queueSession(scene).createSender(scene.queue()))),
            new Closable(
                    "publisher",
                    "MessageProducer.close",
                    TopicPublisher.class,
                    scene -> same(topicSession(scene).createPublisher(scene.topic()))),
            new Closable(
                    "consumer",
                    "8.8",
                    MessageConsumer.class,
                    scene -> same(scene.session().createConsumer(scene.queue()))),
            new Closable(
                    "receiver",
                    "8.8",
                    QueueReceiver.class,
                    scene -> same(queueSession(scene).createReceiver(scene.queue()))),
            new Closable(
                    "subscriber",
                    "8.8",
                    TopicSubscriber.class,
                    scene -> same(topicSession(scene).createSubscriber(scene.topic()))),
            new Closable(
                    "browser",
                    "QueueBrowser.close",
                    QueueBrowser.class,
                    scene -> same(scene.session().createBrowser(scene.queue()))),
            new Closable("browser of a closed session", "6.2.15", QueueBrowser.class, scene -> {
                final Session session = scene.session();
                return new Made(session.createBrowser(scene.queue()), session);
            }),
            new Closable("context", "JMSContext.close", JMSContext.class, scene -> same(scene.context())),
            new Closable(
                    "consumer of the simplified API",
                    "JMSConsumer.close",
                    JMSConsumer.class,
                    scene -> same(scene.context().createConsumer(scene.queue()))),
            new Closable("session of a closed connection", "6.1.8", Session.class, scene -> {
                final Connection connection = scene.newConnection();
                return new Made(connection.createSession(), connection);
            }),
            new Closable("producer of a closed connection", "6.1.8", MessageProducer.class, scene -> {
                final Connection connection = scene.newConnection();
                return new Made(connection.createSession().createProducer(scene.queue()), connection);
            }),
            new Closable("consumer of a closed connection", "6.1.8", MessageConsumer.class, scene -> {
                final Connection connection = scene.newConnection();
                return new Made(connection.createSession().createConsumer(scene.queue()), connection);
            }),
            new Closable("producer of a closed session", "6.2.15", MessageProducer.class, scene -> {
                final Session session = scene.session();
                return new Made(session.createProducer(scene.queue()), session);
            }),
            new Closable("consumer of a closed session", "6.2.15", MessageConsumer.class, scene -> {
                final Session session = scene.session();
                return new Made(session.createConsumer(scene.queue()), session);
            }),
            new Closable("consumer of a closed context", "JMSContext.close", JMSConsumer.class, scene -> {
                final JMSContext context = scene.context();
                return new Made(context.createConsumer(scene.queue()), context);
            }));

    @Override
    protected void cases(final Cases cases) {
        for (final Closable closable : CLOSABLES) {
            cases.section(closable.section());
            cases.promise("closing a " + closable.what() + " again does nothing", scene -> {
                final Made made = closable.maker().make(scene);
                made.closed().close();
                made.closed().close();
                ((AutoCloseable) made.object()).close();
            });
            methods(closable.type())
                    .forEach(method -> cases.promise(
                            "a closed " + closable.what() + " refuses " + signature(method),
                            scene -> refused(closable.maker().make(scene), method, scene)));
        }
        producersOfClosedContexts(cases);
        messagesOfClosedSessions(cases);
        waiting(cases);
    }

    private static List<Method> methods(final Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> !EXEMPT.contains(method.getName()))
                .filter(method -> !method.isSynthetic())
                .sorted(Comparator.comparing(ClosedObjectsTest::signature))
                .collect(Collectors.toMap(ClosedObjectsTest::signature, method -> method, (one, same) -> one))
                .values()
                .stream()
                .sorted(Comparator.comparing(ClosedObjectsTest::signature))
                .toList();
    }

    private static String signature(final Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private static void refused(final Made made, final Method method, final Scene scene) throws Exception {
        final Object[] arguments = arguments(method, scene);
        made.closed().close();

        assertThatThrownBy(() -> invoke(made.object(), method, arguments))
                .isInstanceOfAny(IllegalStateException.class, IllegalStateRuntimeException.class);
    }

    private static void invoke(final Object object, final Method method, final Object[] arguments) throws Throwable {
        try {
            method.setAccessible(true);
            method.invoke(object, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Arguments that an open object would take. */
    private static Object[] arguments(final Method method, final Scene scene) throws Exception {
        final Map<Class<?>, Object> samples = Map.of(
                int.class,
                1,
                long.class,
                1L,
                boolean.class,
                false,
                String.class,
                "name",
                Class.class,
                String.class,
                Serializable.class,
                "object",
                CompletionListener.class,
                ignoringCompletions(),
                MessageListener.class,
                (MessageListener) message -> {},
                ExceptionListener.class,
                (ExceptionListener) e -> {});
        final Object[] arguments = new Object[method.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            final Class<?> type = method.getParameterTypes()[i];
            if (type == Destination.class || type == Queue.class) {
                arguments[i] = scene.queue();
            } else if (type == Topic.class) {
                arguments[i] = scene.topic();
            } else if (type == Message.class) {
                arguments[i] = scene.session().createMessage();
            } else {
                assertThat(samples.containsKey(type) || type == ServerSessionPool.class)
                        .as("a sample of %s", type)
                        .isTrue();
                arguments[i] = samples.get(type);
            }
        }
        return arguments;
    }

    private static CompletionListener ignoringCompletions() {
        return new CompletionListener() {
            @Override
            public void onCompletion(final Message message) {
                // Never called.
            }

            @Override
            public void onException(final Message message, final Exception exception) {
                // Never called.
            }
        };
    }

    private static void producersOfClosedContexts(final Cases cases) {
        cases.section("JMSContext.close")
                .each(
                        "the producer of a closed context refuses to send %s",
                        List.of("text", "a message"), (scene, what) -> {
                            final JMSContext context = scene.context();
                            final JMSProducer producer = context.createProducer();
                            final Message message = context.createMessage();
                            context.close();

                            assertThatThrownBy(() -> {
                                        if (what.equals("text")) {
                                            producer.send(scene.queue(), "late");
                                        } else {
                                            producer.send(scene.queue(), message);
                                        }
                                    })
                                    .isInstanceOf(IllegalStateRuntimeException.class);
                        });
    }

    private static void messagesOfClosedSessions(final Cases cases) {
        cases.section("6.1.8")
                .promise("a received message may be read when its connection is closed", scene -> {
                    scene.send(scene.queue(), "kept");
                    final Connection connection = scene.newConnection();
                    final Message message =
                            Scene.receive(connection.createSession().createConsumer(scene.queue()));
                    connection.close();

                    assertThat(message.getBody(String.class)).isEqualTo("kept");
                    assertThat(message.getJMSDestination()).isEqualTo(scene.queue());
                })
                .each(
                        "a message of a closed connection refuses to be acknowledged in mode %s",
                        List.of(Session.CLIENT_ACKNOWLEDGE, Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE),
                        (scene, mode) -> {
                            scene.send(scene.queue(), "late");
                            final Connection connection = scene.newConnection();
                            final Message message =
                                    Scene.receive(connection.createSession(mode).createConsumer(scene.queue()));
                            connection.close();

                            assertThatThrownBy(message::acknowledge).isInstanceOf(IllegalStateException.class);
                        });
        cases.section("6.2.15").promise("a message of a closed session refuses to be acknowledged", scene -> {
            scene.send(scene.queue(), "late");
            final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
            final Message message = Scene.receive(session.createConsumer(scene.queue()));
            session.close();

            assertThatThrownBy(message::acknowledge).isInstanceOf(IllegalStateException.class);
        });
    }

    private static void waiting(final Cases cases) {
        cases.section("8.8").promise("closing a consumer has its waiting receive return null", scene -> {
            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
            final Waiting waiting = Waiting.start(consumer::receive);
            consumer.close();
            assertThat(waiting.result()).isNull();
        });
        cases.section("6.2.15").promise("closing a session has a waiting receive return null", scene -> {
            final Session session = scene.session();
            final Waiting waiting = Waiting.start(session.createConsumer(scene.queue())::receive);
            session.close();
            assertThat(waiting.result()).isNull();
        });
        cases.section("6.1.8").promise("closing a connection has a waiting receive return null", scene -> {
            final Connection connection = scene.newConnection();
            final Waiting waiting = Waiting.start(connection.createSession().createConsumer(scene.queue())::receive);
            connection.close();
            assertThat(waiting.result()).isNull();
        });
        cases.section("JMSContext.close").promise("closing a context has a waiting receive return null", scene -> {
            final JMSContext context = scene.context();
            final Waiting waiting = Waiting.start(context.createConsumer(scene.queue())::receive);
            context.close();
            assertThat(waiting.result()).isNull();
        });
    }

    private static <C extends AutoCloseable> Made same(final C object) {
        return new Made(object, object);
    }

    private static QueueConnection queueConnection(final Scene scene) throws Exception {
        final AnserConnectionFactory factory = scene.factory();
        return scene.closeLater(factory.createQueueConnection());
    }

    private static TopicConnection topicConnection(final Scene scene) throws Exception {
        return scene.closeLater(scene.factory().createTopicConnection());
    }

    private static QueueSession queueSession(final Scene scene) throws Exception {
        return queueConnection(scene).createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
    }

    private static TopicSession topicSession(final Scene scene) throws Exception {
        return topicConnection(scene).createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
    }
}
