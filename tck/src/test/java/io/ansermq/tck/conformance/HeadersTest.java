package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Header fields and properties: who sets them, and that both ends see the same. */
class HeadersTest extends Conformance {
    private static final List<Integer> MODES = List.of(DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT);
    private static final List<String> KINDS = List.of("queue", "topic");

    /** What was sent and what came of it. */
    private record Pair(Message sent, Message received) {}

    private static Destination destination(final Scene scene, final String kind) throws JMSException {
        return kind.equals("queue") ? scene.queue() : scene.topic();
    }

    private interface Preparation {
        void prepare(Message message, MessageProducer producer) throws JMSException;
    }

    private static Pair sendAndReceive(final Scene scene, final String kind, final Preparation preparation)
            throws JMSException {
        final Session session = scene.session();
        final MessageConsumer consumer = session.createConsumer(destination(scene, kind));
        final MessageProducer producer = session.createProducer(destination(scene, kind));
        final Message message = session.createTextMessage("body");
        preparation.prepare(message, producer);
        producer.send(message);
        return new Pair(message, Scene.receive(consumer));
    }

    @Override
    protected void cases(final Cases cases) {
        setBySend(cases);
        setByClients(cases);
        ignored(cases);
        propertyNames(cases);
        properties(cases);
        jmsx(cases);
    }

    private static void setBySend(final Cases cases) {
        cases.section("3.4.1")
                .each(
                        "the JMSDestination of a message is its %s, at both ends",
                        KINDS, (scene, kind) -> {
                            final Pair pair = sendAndReceive(scene, kind, (message, producer) -> {});
                            assertThat(pair.sent().getJMSDestination()).isEqualTo(destination(scene, kind));
                            assertThat(pair.received().getJMSDestination()).isEqualTo(destination(scene, kind));
                        });
        cases.section("3.4.2")
                .each(
                        "delivery mode %s arrives, and is the sender's after send",
                        MODES, (scene, mode) -> {
                            final Pair pair = sendAndReceive(
                                    scene, "queue", (message, producer) -> producer.setDeliveryMode(mode));
                            assertThat(pair.sent().getJMSDeliveryMode()).isEqualTo(mode);
                            assertThat(pair.received().getJMSDeliveryMode()).isEqualTo(mode);
                        });
        cases.section("3.4.3")
                .each(
                        "the JMSMessageID of a message to a %s begins with ID: and is the same at both ends",
                        KINDS, (scene, kind) -> {
                            final Pair pair = sendAndReceive(scene, kind, (message, producer) -> {});
                            assertThat(pair.sent().getJMSMessageID()).startsWith("ID:");
                            assertThat(pair.received().getJMSMessageID())
                                    .isEqualTo(pair.sent().getJMSMessageID());
                        })
                .promise("no two messages have the same JMSMessageID, be they one object sent twice", scene -> {
                    final Session session = scene.session();
                    final MessageProducer producer = session.createProducer(scene.queue());
                    final Message message = session.createMessage();
                    final Set<String> ids = new HashSet<>();
                    for (int i = 0; i < 1_000; i++) {
                        producer.send(message);
                        ids.add(message.getJMSMessageID());
                    }
                    assertThat(ids).hasSize(1_000);
                });
        cases.section("3.4.4")
                .each(
                        "the JMSTimestamp of a message to a %s is when it was sent, at both ends",
                        KINDS, (scene, kind) -> {
                            final long before = System.currentTimeMillis();
                            final Pair pair =
                                    sendAndReceive(scene, kind, (message, producer) -> message.setJMSTimestamp(1));
                            assertThat(pair.sent().getJMSTimestamp()).isBetween(before, System.currentTimeMillis());
                            assertThat(pair.received().getJMSTimestamp())
                                    .isEqualTo(pair.sent().getJMSTimestamp());
                        });
        cases.section("3.4.7")
                .each(
                        "a message to a %s is not redelivered at first",
                        KINDS, (scene, kind) -> {
                            final Pair pair =
                                    sendAndReceive(scene, kind, (message, producer) -> message.setJMSRedelivered(true));
                            assertThat(pair.received().getJMSRedelivered()).isFalse();
                        });
        cases.section("3.4.9")
                .each(
                        "without time to live a message to a %s has no JMSExpiration",
                        KINDS, (scene, kind) -> {
                            final Pair pair =
                                    sendAndReceive(scene, kind, (message, producer) -> message.setJMSExpiration(1));
                            assertThat(pair.sent().getJMSExpiration()).isZero();
                            assertThat(pair.received().getJMSExpiration()).isZero();
                        })
                .each(
                        "with time to live the JMSExpiration of a message to a %s is its sum with the time of sending",
                        KINDS, (scene, kind) -> {
                            final Pair pair =
                                    sendAndReceive(scene, kind, (message, producer) -> producer.setTimeToLive(100_000));
                            assertThat(pair.sent().getJMSExpiration())
                                    .isEqualTo(pair.sent().getJMSTimestamp() + 100_000);
                            assertThat(pair.received().getJMSExpiration())
                                    .isEqualTo(pair.sent().getJMSExpiration());
                        });
        cases.section("3.4.10")
                .each(
                        "priority %s arrives, and is the sender's after send",
                        IntStream.rangeClosed(0, 9).boxed().toList(), (scene, priority) -> {
                            final Pair pair = sendAndReceive(
                                    scene, "queue", (message, producer) -> producer.setPriority(priority));
                            assertThat(pair.sent().getJMSPriority()).isEqualTo(priority);
                            assertThat(pair.received().getJMSPriority()).isEqualTo(priority);
                        });
        cases.section("3.4.13")
                .each(
                        "without delay the JMSDeliveryTime of a message to a %s is when it was sent",
                        KINDS, (scene, kind) -> {
                            final Pair pair =
                                    sendAndReceive(scene, kind, (message, producer) -> message.setJMSDeliveryTime(1));
                            assertThat(pair.sent().getJMSDeliveryTime())
                                    .isEqualTo(pair.sent().getJMSTimestamp());
                            assertThat(pair.received().getJMSDeliveryTime())
                                    .isEqualTo(pair.sent().getJMSDeliveryTime());
                        });
    }

    private static void setByClients(final Cases cases) {
        cases.section("3.4.5")
                .each(
                        "the correlation id '%s' arrives",
                        List.of("order-1", "ID:1", "with space", "Gänse=雁"), (scene, id) -> {
                            final Pair pair = sendAndReceive(
                                    scene, "queue", (message, producer) -> message.setJMSCorrelationID(id));
                            assertThat(pair.received().getJMSCorrelationID()).isEqualTo(id);
                        })
                .promise("a message id is a correlation id", scene -> {
                    final Session session = scene.session();
                    final MessageProducer producer = session.createProducer(scene.queue());
                    final Message first = session.createMessage();
                    producer.send(first);
                    final Message second = session.createMessage();
                    second.setJMSCorrelationID(first.getJMSMessageID());
                    producer.send(second);
                    final MessageConsumer consumer = session.createConsumer(scene.queue());
                    final String id = Scene.receive(consumer).getJMSMessageID();
                    assertThat(Scene.receive(consumer).getJMSCorrelationID()).isEqualTo(id);
                })
                .promise("a correlation id of bytes arrives", scene -> {
                    final byte[] id = {0, 1, 2, (byte) 0xFF, (byte) 0x80};
                    final Pair pair = sendAndReceive(
                            scene, "queue", (message, producer) -> message.setJMSCorrelationIDAsBytes(id));
                    assertThat(pair.received().getJMSCorrelationIDAsBytes()).isEqualTo(id);
                })
                .promise("a correlation id of text may be read as bytes", scene -> {
                    final Pair pair =
                            sendAndReceive(scene, "queue", (message, producer) -> message.setJMSCorrelationID("text"));
                    assertThat(pair.received().getJMSCorrelationIDAsBytes())
                            .isEqualTo("text".getBytes(StandardCharsets.UTF_8));
                })
                .promise("without a correlation id there is none", scene -> assertThat(
                                sendAndReceive(scene, "queue", (message, producer) -> {})
                                        .received()
                                        .getJMSCorrelationID())
                        .isNull());
        cases.section("3.4.6")
                .each(
                        "a JMSReplyTo that is a %s arrives",
                        KINDS, (scene, kind) -> {
                            final Pair pair = sendAndReceive(
                                    scene,
                                    "queue",
                                    (message, producer) -> message.setJMSReplyTo(destination(scene, kind)));
                            assertThat(pair.received().getJMSReplyTo()).isEqualTo(destination(scene, kind));
                        })
                .promise("without a JMSReplyTo there is none", scene -> assertThat(
                                sendAndReceive(scene, "queue", (message, producer) -> {})
                                        .received()
                                        .getJMSReplyTo())
                        .isNull());
        cases.section("3.4.8")
                .each(
                        "the JMSType '%s' arrives",
                        List.of("type", "with space", "a||b", "Gänse"), (scene, type) -> {
                            final Pair pair =
                                    sendAndReceive(scene, "queue", (message, producer) -> message.setJMSType(type));
                            assertThat(pair.received().getJMSType()).isEqualTo(type);
                        });
    }

    /** Table 3-1: what a client sets in these fields before send does not count. */
    private static void ignored(final Cases cases) {
        cases.section("3.4.11").promise("what a client sets in the fields that send sets is ignored", scene -> {
            final Pair pair = sendAndReceive(scene, "queue", (message, producer) -> {
                message.setJMSDestination(scene.topic("other"));
                message.setJMSDeliveryMode(DeliveryMode.NON_PERSISTENT);
                message.setJMSMessageID("ID:mine");
                message.setJMSTimestamp(1);
                message.setJMSExpiration(2);
                message.setJMSPriority(9);
                message.setJMSDeliveryTime(3);
            });
            for (final Message message : List.of(pair.sent(), pair.received())) {
                assertThat(message.getJMSDestination()).isEqualTo(scene.queue());
                assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
                assertThat(message.getJMSMessageID()).isNotEqualTo("ID:mine");
                assertThat(message.getJMSTimestamp()).isGreaterThan(1);
                assertThat(message.getJMSExpiration()).isZero();
                assertThat(message.getJMSPriority()).isEqualTo(4);
                assertThat(message.getJMSDeliveryTime()).isGreaterThan(3);
            }
        });
        cases.promise("the arguments of send go before what the producer says", scene -> {
            final Session session = scene.session();
            final MessageProducer producer = session.createProducer(scene.queue());
            producer.setPriority(1);
            final Message message = session.createMessage();
            producer.send(message, DeliveryMode.NON_PERSISTENT, 8, 60_000);
            assertThat(message.getJMSPriority()).isEqualTo(8);
            assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
            assertThat(message.getJMSExpiration()).isEqualTo(message.getJMSTimestamp() + 60_000);
        });
    }

    private static void propertyNames(final Cases cases) {
        cases.section("3.5.1")
                .each(
                        "'%s' may name a property",
                        List.of(
                                "a",
                                "_a",
                                "$a",
                                "a1",
                                "traceparent",
                                "tracestate",
                                "Ünïcode",
                                "DELAY",
                                "TAGS",
                                "KEYS",
                                "UNIQ_KEY"),
                        (scene, name) -> {
                            final Pair pair = sendAndReceive(
                                    scene, "queue", (message, producer) -> message.setStringProperty(name, "v"));
                            assertThat(pair.received().getStringProperty(name)).isEqualTo("v");
                            assertThat(Scene.names(pair.received().getPropertyNames()))
                                    .contains(name);
                        })
                .each(
                        "'%s' may not name a property",
                        List.of(
                                "1a", "a b", "a.b", "a-b", "NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN",
                                "LIKE", "IN", "IS", "ESCAPE", "not", "Escape"),
                        (scene, name) -> assertThatThrownBy(
                                        () -> scene.session().createMessage().setStringProperty(name, "v"))
                                .isInstanceOfAny(IllegalArgumentException.class, JMSException.class));
        cases.section("Message.setStringProperty").promise("the empty name is refused", scene -> assertThatThrownBy(
                        () -> scene.session().createMessage().setStringProperty("", "v"))
                .isInstanceOf(IllegalArgumentException.class));
        cases.promise("null is no name", scene -> assertThatThrownBy(
                        () -> scene.session().createMessage().setStringProperty(null, "v"))
                .isInstanceOf(IllegalArgumentException.class));
    }

    private static void properties(final Cases cases) {
        final List<String> types =
                new ArrayList<>(List.of("boolean", "byte", "short", "int", "long", "float", "double", "String"));
        cases.section("3.5.5")
                .each(
                        "an object property of type %s comes back as it was",
                        types, (scene, type) -> {
                            final Object value = Accessor.SAMPLES.get(type);
                            final Pair pair = sendAndReceive(
                                    scene, "queue", (message, producer) -> message.setObjectProperty("p", value));
                            assertThat(pair.received().getObjectProperty("p")).isEqualTo(value);
                        });
        cases.promise("an object property of another type is refused", scene -> assertThatThrownBy(
                        () -> scene.session().createMessage().setObjectProperty("p", new ArrayList<>()))
                .isInstanceOf(MessageFormatException.class));
        cases.section("3.5.6")
                .promise("the names of all properties are there once each, header fields are not", scene -> {
                    final Pair pair = sendAndReceive(scene, "queue", (message, producer) -> {
                        message.setIntProperty("a", 1);
                        message.setIntProperty("b", 1);
                        message.setIntProperty("a", 2);
                        message.setJMSType("type");
                    });
                    assertThat(Scene.names(pair.received().getPropertyNames()))
                            .filteredOn(name -> !name.startsWith("JMSX"))
                            .containsExactlyInAnyOrder("a", "b");
                });
        cases.section("3.5.8").promise("a property that does not exist is null", scene -> {
            final Message message = scene.session().createMessage();
            assertThat(message.propertyExists("p")).isFalse();
            assertThat(message.getObjectProperty("p")).isNull();
            assertThat(message.getStringProperty("p")).isNull();
            assertThat(message.getBooleanProperty("p")).isFalse();
        });
        cases.section("3.5.2").promise("a property may be set to null, and exists", scene -> {
            final Pair pair =
                    sendAndReceive(scene, "queue", (message, producer) -> message.setObjectProperty("p", null));
            assertThat(pair.received().propertyExists("p")).isTrue();
            assertThat(pair.received().getObjectProperty("p")).isNull();
        });
    }

    private static void jmsx(final Cases cases) {
        cases.section("3.5.9")
                .promise("JMSXDeliveryCount is 1 at first delivery and 2 at the second", scene -> {
                    scene.send(scene.queue(), "a");
                    final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
                    final MessageConsumer consumer = session.createConsumer(scene.queue());
                    assertThat(Scene.receive(consumer).getIntProperty("JMSXDeliveryCount"))
                            .isEqualTo(1);
                    session.recover();
                    final Message again = Scene.receive(consumer);
                    assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
                    assertThat(again.getJMSRedelivered()).isTrue();
                    assertThat(Scene.names(again.getPropertyNames())).contains("JMSXDeliveryCount");
                })
                .promise("JMSXGroupID and JMSXGroupSeq are the sender's", scene -> {
                    final Pair pair = sendAndReceive(scene, "queue", (message, producer) -> {
                        message.setStringProperty("JMSXGroupID", "group");
                        message.setIntProperty("JMSXGroupSeq", 7);
                    });
                    assertThat(pair.received().getStringProperty("JMSXGroupID")).isEqualTo("group");
                    assertThat(pair.received().getIntProperty("JMSXGroupSeq")).isEqualTo(7);
                })
                .promise("the metadata name the JMSX properties that there are", scene -> assertThat(
                                Scene.names(scene.connection().getMetaData().getJMSXPropertyNames()))
                        .contains("JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount"));
    }
}
