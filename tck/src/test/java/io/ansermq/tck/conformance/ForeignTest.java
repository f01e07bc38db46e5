package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Messages of another provider, and objects of classes that nobody has allowed. */
class ForeignTest extends Conformance {

    /** A message of which only the interface can be seen. */
    private static <M extends Message> M foreign(final Class<M> type, final M message) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(message, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private record Row(String type, Maker maker, Look look) {
        @Override
        public String toString() {
            return type;
        }
    }

    private interface Maker {
        Message make(Session session) throws JMSException;
    }

    private interface Look {
        Object at(Message message) throws JMSException;
    }

    private static final List<Row> ROWS = List.of(
            new Row("Message", session -> foreign(Message.class, session.createMessage()), message -> ""),
            new Row(
                    "TextMessage",
                    session -> foreign(TextMessage.class, session.createTextMessage("text")),
                    message -> ((TextMessage) message).getText()),
            new Row(
                    "BytesMessage",
                    session -> {
                        final BytesMessage bytes = session.createBytesMessage();
                        bytes.writeLong(42);
                        return foreign(BytesMessage.class, bytes);
                    },
                    message -> {
                        ((BytesMessage) message).reset();
                        return ((BytesMessage) message).readLong();
                    }),
            new Row(
                    "MapMessage",
                    session -> {
                        final MapMessage map = session.createMapMessage();
                        map.setFloat("f", 1.5f);
                        return foreign(MapMessage.class, map);
                    },
                    message -> ((MapMessage) message).getObject("f")),
            new Row(
                    "StreamMessage",
                    session -> {
                        final StreamMessage stream = session.createStreamMessage();
                        stream.writeShort((short) 7);
                        return foreign(StreamMessage.class, stream);
                    },
                    message -> {
                        ((StreamMessage) message).reset();
                        return ((StreamMessage) message).readObject();
                    }),
            new Row(
                    "ObjectMessage",
                    session -> foreign(ObjectMessage.class, session.createObjectMessage("object")),
                    message -> ((ObjectMessage) message).getObject()));

    @Override
    protected void cases(final Cases cases) {
        cases.section("3.12")
                .each(
                        "a foreign %s is sent, its header fields are set and its body arrives",
                        ROWS, (scene, row) -> {
                            final Session session = scene.session();
                            final Message foreign = row.maker().make(session);
                            foreign.setIntProperty("p", 1);
                            foreign.setJMSCorrelationID("c");
                            foreign.setJMSType("t");
                            session.createProducer(scene.queue()).send(foreign, DeliveryMode.NON_PERSISTENT, 6, 60_000);
                            assertThat(foreign.getJMSMessageID()).startsWith("ID:");
                            assertThat(foreign.getJMSDestination()).isEqualTo(scene.queue());
                            assertThat(foreign.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
                            assertThat(foreign.getJMSPriority()).isEqualTo(6);
                            assertThat(foreign.getJMSTimestamp()).isPositive();
                            assertThat(foreign.getJMSExpiration()).isEqualTo(foreign.getJMSTimestamp() + 60_000);
                            final Message received = Scene.receive(session.createConsumer(scene.queue()));
                            assertThat(received.getJMSMessageID()).isEqualTo(foreign.getJMSMessageID());
                            assertThat(received.getObjectProperty("p")).isEqualTo(1);
                            assertThat(received.getJMSCorrelationID()).isEqualTo("c");
                            assertThat(received.getJMSType()).isEqualTo("t");
                            assertThat(row.look().at(received))
                                    .isEqualTo(row.look().at(foreign));
                        })
                .each(
                        "a foreign %s is sent asynchronously, and its completion is about the foreign object",
                        ROWS, (scene, row) -> {
                            final Session session = scene.session();
                            final Message foreign = row.maker().make(session);
                            final AsyncSendTest.Completions completions = new AsyncSendTest.Completions();
                            session.createProducer(scene.queue()).send(foreign, completions);
                            assertThat(completions.next()).isSameAs(foreign);
                        });
        objects(cases);
    }

    /** What an attacker sends: seeing one instantiated is enough. */
    static final class Hostile implements Serializable {
        private static final long serialVersionUID = 1;
        static final AtomicInteger INSTANTIATED = new AtomicInteger();

        private void readObject(final ObjectInputStream in) {
            INSTANTIATED.incrementAndGet();
        }
    }

    private static void objects(final Cases cases) {
        cases.section("ObjectMessage.getObject");
        cases.promise("objects of the platform's values and collections are read", scene -> {
            final Session session = scene.session();
            final ArrayList<Serializable> object = new ArrayList<>(List.of(
                    1, "a", java.math.BigDecimal.ONE, java.time.Instant.EPOCH, new java.util.Date(0), new int[] {1}));
            session.createProducer(scene.queue()).send(session.createObjectMessage(object));
            final Message received = Scene.receive(session.createConsumer(scene.queue()));
            assertThat((List<?>) received.getBody(List.class)).hasSize(6);
        });
        final List<String> ways = List.of("alone", "in a list", "in an array");
        cases.each(
                "a hostile class %s is never instantiated, and the error says what to set",
                ways, (scene, way) -> {
                    final Session session = scene.session();
                    final Serializable object = way.equals("alone")
                            ? new Hostile()
                            : way.equals("in a list")
                                    ? new ArrayList<>(List.of(new Hostile()))
                                    : new Hostile[] {new Hostile()};
                    session.createProducer(scene.queue()).send(session.createObjectMessage(object));
                    final ObjectMessage received = (ObjectMessage) Scene.receive(session.createConsumer(scene.queue()));
                    final int before = Hostile.INSTANTIATED.get();
                    assertThatThrownBy(received::getObject)
                            .isInstanceOf(MessageFormatException.class)
                            .hasMessageContaining(Hostile.class.getName())
                            .hasMessageContaining("deserializationAllowList");
                    assertThatThrownBy(() -> received.getBody(Serializable.class))
                            .isInstanceOf(MessageFormatException.class);
                    assertThat(Hostile.INSTANTIATED).hasValue(before);
                });
        cases.promise("a class that is allowed by name is read", scene -> {
            final Session session = scene.session();
            session.createProducer(scene.queue()).send(session.createObjectMessage(new Hostile()));
            final Session trusting = scene.newConnection(
                            scene.factory("deserializationAllowList=" + Hostile.class.getName()))
                    .createSession();
            final ObjectMessage received = (ObjectMessage) Scene.receive(trusting.createConsumer(scene.queue()));
            assertThat(received.getObject()).isInstanceOf(Hostile.class);
        });
    }
}
