package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Producers of both APIs: their settings, and what they refuse. */
class ProducersTest extends Conformance {

    private interface Use {
        void run(MessageProducer producer, Message message) throws JMSException;
    }

    private interface SimpleUse {
        void run(JMSProducer producer);
    }

    @Override
    protected void cases(final Cases cases) {
        settings(cases);
        refusals(cases);
        destinations(cases);
        simplifiedSettings(cases);
        simplifiedProperties(cases);
        simplifiedSends(cases);
    }

    private static void settings(final Cases cases) {
        cases.section("MessageProducer").promise("a new producer has the defaults", scene -> {
            final MessageProducer producer = scene.session().createProducer(scene.queue());
            assertThat(producer.getDeliveryMode()).isEqualTo(Message.DEFAULT_DELIVERY_MODE);
            assertThat(producer.getPriority()).isEqualTo(Message.DEFAULT_PRIORITY);
            assertThat(producer.getTimeToLive()).isEqualTo(Message.DEFAULT_TIME_TO_LIVE);
            assertThat(producer.getDeliveryDelay()).isEqualTo(Message.DEFAULT_DELIVERY_DELAY);
            assertThat(producer.getDisableMessageID()).isFalse();
            assertThat(producer.getDisableMessageTimestamp()).isFalse();
            assertThat(producer.getDestination()).isEqualTo(scene.queue());
            assertThat(scene.session().createProducer(null).getDestination()).isNull();
        });
        cases.promise("settings are kept", scene -> {
            final MessageProducer producer = scene.session().createProducer(scene.queue());
            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            producer.setPriority(9);
            producer.setTimeToLive(5);
            producer.setDisableMessageID(true);
            producer.setDisableMessageTimestamp(true);
            assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
            assertThat(producer.getPriority()).isEqualTo(9);
            assertThat(producer.getTimeToLive()).isEqualTo(5);
            assertThat(producer.getDisableMessageID()).isTrue();
            assertThat(producer.getDisableMessageTimestamp()).isTrue();
        });
        cases.each(
                "priority %s is refused",
                List.of(-1, 10, Integer.MAX_VALUE), (scene, priority) -> {
                    final MessageProducer producer = scene.session().createProducer(scene.queue());
                    assertThatThrownBy(() -> producer.setPriority(priority)).isInstanceOf(JMSException.class);
                    assertThat(producer.getPriority()).isEqualTo(4);
                });
        cases.each(
                "delivery mode %s is refused",
                List.of(0, 3, -1), (scene, mode) -> assertThatThrownBy(() ->
                                scene.session().createProducer(scene.queue()).setDeliveryMode(mode))
                        .isInstanceOf(JMSException.class));
    }

    private static void refusals(final Cases cases) {
        final Map<String, Use> sends = Map.of(
                "send(Message)", (producer, message) -> producer.send(message),
                "send(Message, int, int, long)", (producer, message) -> producer.send(message, 2, 4, 0));
        cases.section("MessageProducer.send");
        sends.forEach((name, send) -> cases.promise(name + " needs a producer with a destination", scene -> {
            final Session session = scene.session();
            assertThatThrownBy(() -> send.run(session.createProducer(null), session.createMessage()))
                    .isInstanceOf(UnsupportedOperationException.class);
        }));
        sends.forEach((name, send) -> cases.promise(name + " refuses a message that is null", scene -> {
            final Session session = scene.session();
            assertThatThrownBy(() -> send.run(session.createProducer(scene.queue()), null))
                    .isInstanceOf(MessageFormatException.class);
        }));
        cases.promise("a producer with a destination refuses another, be it the same", scene -> {
            final Session session = scene.session();
            final MessageProducer producer = session.createProducer(scene.queue());
            assertThatThrownBy(() -> producer.send(scene.queue(), session.createMessage()))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> producer.send(scene.queue(), session.createMessage(), 2, 4, 0))
                    .isInstanceOf(UnsupportedOperationException.class);
        });
    }

    private static void destinations(final Cases cases) {
        final Queue foreignQueue = () -> "foreign";
        final Topic foreignTopic = () -> "foreign";
        final List<Destination> wrong = new ArrayList<>(List.of(foreignQueue, foreignTopic));
        wrong.add(null);
        for (final Destination destination : wrong) {
            final String what = destination == null
                    ? "that is null"
                    : "of another provider, a " + (destination instanceof Queue ? "queue" : "topic");
            cases.section("10.3").promise("sending to a destination " + what + " is refused", scene -> {
                final Session session = scene.session();
                final MessageProducer producer = session.createProducer(null);
                assertThatThrownBy(() -> producer.send(destination, session.createMessage()))
                        .isInstanceOf(InvalidDestinationException.class);
                assertThatThrownBy(() -> producer.send(destination, session.createMessage(), 2, 4, 0))
                        .isInstanceOf(InvalidDestinationException.class);
                assertThatThrownBy(() -> scene.context().createProducer().send(destination, "x"))
                        .isInstanceOf(InvalidDestinationRuntimeException.class);
            });
            cases.promise("consuming from a destination " + what + " is refused", scene -> {
                final Session session = scene.session();
                assertThatThrownBy(() -> session.createConsumer(destination))
                        .isInstanceOf(InvalidDestinationException.class);
                assertThatThrownBy(() -> session.createConsumer(destination, "a = 1"))
                        .isInstanceOf(InvalidDestinationException.class);
                assertThatThrownBy(() -> session.createConsumer(destination, null, true))
                        .isInstanceOf(InvalidDestinationException.class);
                final JMSContext context = scene.context();
                assertThatThrownBy(() -> context.createConsumer(destination))
                        .isInstanceOf(InvalidDestinationRuntimeException.class);
                assertThatThrownBy(() -> context.createConsumer(destination, "a = 1"))
                        .isInstanceOf(InvalidDestinationRuntimeException.class);
                assertThatThrownBy(() -> context.createConsumer(destination, null, true))
                        .isInstanceOf(InvalidDestinationRuntimeException.class);
            });
            if (destination != null) {
                cases.promise("a producer for a destination " + what + " is refused", scene -> assertThatThrownBy(
                                () -> scene.session().createProducer(destination))
                        .isInstanceOf(InvalidDestinationException.class));
            }
        }
        cases.section("Session.createQueue")
                .each(
                        "the name '%s' is refused",
                        List.of(""), (scene, name) -> {
                            assertThatThrownBy(() -> scene.session().createQueue(name))
                                    .isInstanceOf(JMSException.class);
                            assertThatThrownBy(() -> scene.session().createTopic(name))
                                    .isInstanceOf(JMSException.class);
                            assertThatThrownBy(() -> scene.context().createQueue(name))
                                    .isInstanceOf(JMSRuntimeException.class);
                            assertThatThrownBy(() -> scene.context().createTopic(name))
                                    .isInstanceOf(JMSRuntimeException.class);
                        });
        cases.section("Queue.getQueueName")
                .promise("a queue and a topic have the names that they were made with", scene -> {
                    assertThat(scene.session().createQueue("a b/c:1?=%雁").getQueueName())
                            .isEqualTo("a b/c:1?=%雁");
                    assertThat(scene.session().createTopic("t").getTopicName()).isEqualTo("t");
                    assertThat(scene.session().createQueue("q").toString()).contains("q");
                    assertThat(scene.session().createTopic("t").toString()).contains("t");
                });
        cases.section("4.1.2").promise("a queue and a topic of the same name are two destinations", scene -> {
            final Session session = scene.session();
            final Queue queue = session.createQueue(scene.name("same"));
            final Topic topic = session.createTopic(scene.name("same"));
            final var ofQueue = session.createConsumer(queue);
            final var ofTopic = session.createConsumer(topic);
            scene.send(queue, "to the queue");
            scene.send(topic, "to the topic");
            assertThat(Scene.text(ofQueue)).isEqualTo("to the queue");
            assertThat(Scene.text(ofTopic)).isEqualTo("to the topic");
            Scene.expectNone(ofQueue);
            Scene.expectNone(ofTopic);
        });
    }

    private static void simplifiedSettings(final Cases cases) {
        cases.section("JMSProducer").promise("a new producer has the defaults", scene -> {
            final JMSProducer producer = scene.context().createProducer();
            assertThat(producer.getDeliveryMode()).isEqualTo(Message.DEFAULT_DELIVERY_MODE);
            assertThat(producer.getPriority()).isEqualTo(Message.DEFAULT_PRIORITY);
            assertThat(producer.getTimeToLive()).isEqualTo(Message.DEFAULT_TIME_TO_LIVE);
            assertThat(producer.getDeliveryDelay()).isEqualTo(Message.DEFAULT_DELIVERY_DELAY);
            assertThat(producer.getDisableMessageID()).isFalse();
            assertThat(producer.getDisableMessageTimestamp()).isFalse();
            assertThat(producer.getJMSCorrelationID()).isNull();
            assertThat(producer.getJMSCorrelationIDAsBytes()).isNull();
            assertThat(producer.getJMSReplyTo()).isNull();
            assertThat(producer.getJMSType()).isNull();
            assertThat(producer.getPropertyNames()).isEmpty();
        });
        cases.promise("settings are kept, chained, and in the messages", scene -> {
            final JMSContext context = scene.context();
            final JMSProducer producer = context.createProducer()
                    .setDeliveryMode(DeliveryMode.NON_PERSISTENT)
                    .setPriority(7)
                    .setTimeToLive(60_000)
                    .setDisableMessageID(true)
                    .setDisableMessageTimestamp(true)
                    .setJMSCorrelationID("c")
                    .setJMSReplyTo(scene.topic())
                    .setJMSType("t");
            assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
            assertThat(producer.getPriority()).isEqualTo(7);
            assertThat(producer.getTimeToLive()).isEqualTo(60_000);
            assertThat(producer.getDisableMessageID()).isTrue();
            assertThat(producer.getDisableMessageTimestamp()).isTrue();
            assertThat(producer.getJMSCorrelationID()).isEqualTo("c");
            assertThat(producer.getJMSReplyTo()).isEqualTo(scene.topic());
            assertThat(producer.getJMSType()).isEqualTo("t");
            producer.send(scene.queue(), "x");
            final Message received = Scene.receive(context.createConsumer(scene.queue()));
            assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
            assertThat(received.getJMSPriority()).isEqualTo(7);
            assertThat(received.getJMSExpiration()).isPositive();
            assertThat(received.getJMSCorrelationID()).isEqualTo("c");
            assertThat(received.getJMSReplyTo()).isEqualTo(scene.topic());
            assertThat(received.getJMSType()).isEqualTo("t");
        });
        cases.promise("a correlation id of bytes is kept", scene -> {
            final JMSContext context = scene.context();
            final JMSProducer producer =
                    context.createProducer().setJMSCorrelationIDAsBytes(new byte[] {1, (byte) 0xFF});
            assertThat(producer.getJMSCorrelationIDAsBytes()).containsExactly(1, 0xFF);
            producer.send(scene.queue(), "x");
            assertThat(Scene.receive(context.createConsumer(scene.queue())).getJMSCorrelationIDAsBytes())
                    .containsExactly(1, 0xFF);
        });
        final Map<String, SimpleUse> wrong = Map.of(
                "priority 10", producer -> producer.setPriority(10),
                "priority -1", producer -> producer.setPriority(-1),
                "delivery mode 0", producer -> producer.setDeliveryMode(0));
        wrong.forEach((what, use) -> cases.promise(what + " is refused", scene -> assertThatThrownBy(
                        () -> use.run(scene.context().createProducer()))
                .isInstanceOf(JMSRuntimeException.class)));
    }

    private static void simplifiedProperties(final Cases cases) {
        cases.section("JMSProducer.setProperty").promise("properties of all types are set on the messages", scene -> {
            final JMSContext context = scene.context();
            final JMSProducer producer = context.createProducer()
                    .setProperty("boolean", true)
                    .setProperty("byte", (byte) 1)
                    .setProperty("short", (short) 2)
                    .setProperty("int", 3)
                    .setProperty("long", 4L)
                    .setProperty("float", 1.5f)
                    .setProperty("double", 2.5)
                    .setProperty("String", "text")
                    .setProperty("object", (Object) 5);
            assertThat(producer.getBooleanProperty("boolean")).isTrue();
            assertThat(producer.getByteProperty("byte")).isEqualTo((byte) 1);
            assertThat(producer.getShortProperty("short")).isEqualTo((short) 2);
            assertThat(producer.getIntProperty("int")).isEqualTo(3);
            assertThat(producer.getLongProperty("long")).isEqualTo(4);
            assertThat(producer.getFloatProperty("float")).isEqualTo(1.5f);
            assertThat(producer.getDoubleProperty("double")).isEqualTo(2.5);
            assertThat(producer.getStringProperty("String")).isEqualTo("text");
            assertThat(producer.getObjectProperty("object")).isEqualTo(5);
            assertThat(producer.propertyExists("int")).isTrue();
            assertThat(producer.propertyExists("absent")).isFalse();
            assertThat(producer.getPropertyNames())
                    .isEqualTo(
                            Set.of("boolean", "byte", "short", "int", "long", "float", "double", "String", "object"));
            producer.send(scene.queue(), "x");
            final Message received = Scene.receive(context.createConsumer(scene.queue()));
            for (final String name : producer.getPropertyNames()) {
                assertThat(received.getObjectProperty(name)).isEqualTo(producer.getObjectProperty(name));
            }
            producer.clearProperties();
            assertThat(producer.getPropertyNames()).isEmpty();
        });
        cases.promise("the producer's properties replace the message's", scene -> {
            final JMSContext context = scene.context();
            final Message message = context.createTextMessage("x");
            message.setStringProperty("p", "message");
            message.setStringProperty("q", "message");
            context.createProducer().setProperty("p", "producer").send(scene.queue(), message);
            final Message received = Scene.receive(context.createConsumer(scene.queue()));
            assertThat(received.getStringProperty("p")).isEqualTo("producer");
            assertThat(received.getStringProperty("q")).isEqualTo("message");
        });
        cases.promise("an object property of another type is refused", scene -> assertThatThrownBy(
                        () -> scene.context().createProducer().setProperty("p", new ArrayList<>()))
                .isInstanceOf(MessageFormatRuntimeException.class));
        cases.each(
                "the name '%s' is refused",
                List.of("", "1a", "a-b", "NOT"), (scene, name) -> assertThatThrownBy(
                                () -> scene.context().createProducer().setProperty(name, 1))
                        .isInstanceOfAny(IllegalArgumentException.class, JMSRuntimeException.class));
        cases.promise("the property names cannot be changed", scene -> {
            final Set<String> names =
                    scene.context().createProducer().setProperty("p", 1).getPropertyNames();
            assertThatThrownBy(() -> names.remove("p")).isInstanceOf(UnsupportedOperationException.class);
        });
        final List<Accessor<Message>> accessors = Accessor.PROPERTIES;
        cases.section("3.5.4")
                .each(
                        "a property of the producer that is no number is not read as %s",
                        accessors.subList(1, 7), (scene, accessor) -> {
                            final JMSProducer producer =
                                    scene.context().createProducer().setProperty("p", "thirteen");
                            assertThatThrownBy(() -> {
                                        switch (accessor.type()) {
                                            case "byte" -> producer.getByteProperty("p");
                                            case "short" -> producer.getShortProperty("p");
                                            case "int" -> producer.getIntProperty("p");
                                            case "long" -> producer.getLongProperty("p");
                                            case "float" -> producer.getFloatProperty("p");
                                            default -> producer.getDoubleProperty("p");
                                        }
                                    })
                                    .isInstanceOf(NumberFormatException.class);
                        });
        cases.promise(
                "a property of the producer is not read as a type that its own does not convert to",
                scene -> assertThatThrownBy(() -> scene.context()
                                .createProducer()
                                .setProperty("p", 1.5)
                                .getIntProperty("p"))
                        .isInstanceOf(MessageFormatRuntimeException.class));
    }

    private static void simplifiedSends(final Cases cases) {
        cases.section("JMSProducer.send")
                .promise("bodies of all types are sent as the message of their type", scene -> {
                    final JMSContext context = scene.context();
                    final JMSProducer producer = context.createProducer();
                    producer.send(scene.queue(), "text")
                            .send(scene.queue(), new byte[] {1})
                            .send(scene.queue(), Map.of("i", 1))
                            .send(scene.queue(), (java.io.Serializable) 5)
                            .send(scene.queue(), context.createMessage());
                    final var consumer = context.createConsumer(scene.queue());
                    assertThat(Scene.receive(consumer).getBody(String.class)).isEqualTo("text");
                    assertThat(Scene.receive(consumer).getBody(byte[].class)).containsExactly(1);
                    assertThat(((MapMessage) Scene.receive(consumer)).getInt("i"))
                            .isEqualTo(1);
                    assertThat(Scene.receive(consumer).<Integer>getBody(Integer.class))
                            .isEqualTo(5);
                    assertThat(Scene.receive(consumer)).isNotNull();
                });
        cases.promise("null bodies make messages with null bodies", scene -> {
            final JMSContext context = scene.context();
            context.createProducer()
                    .send(scene.queue(), (String) null)
                    .send(scene.queue(), (byte[]) null)
                    .send(scene.queue(), (java.io.Serializable) null)
                    .send(scene.queue(), (Map<String, Object>) null);
            final var consumer = context.createConsumer(scene.queue());
            assertThat(Scene.receive(consumer).getBody(String.class)).isNull();
            assertThat(Scene.receive(consumer).getBody(byte[].class)).isNull();
            assertThat(Scene.receive(consumer).<Object>getBody(Object.class)).isNull();
            assertThat(((MapMessage) Scene.receive(consumer)).getMapNames().hasMoreElements())
                    .isFalse();
        });
        cases.promise("a map with a value of another type is refused", scene -> assertThatThrownBy(
                        () -> scene.context().createProducer().send(scene.queue(), Map.of("o", new ArrayList<>())))
                .isInstanceOf(MessageFormatRuntimeException.class));
        cases.promise("a null message is refused", scene -> assertThatThrownBy(
                        () -> scene.context().createProducer().send(scene.queue(), (Message) null))
                .isInstanceOf(MessageFormatRuntimeException.class));
        cases.promise("a received message with read-only properties takes no properties of the producer", scene -> {
            scene.send(scene.queue(), "x");
            final JMSContext context = scene.context();
            final Message received = Scene.receive(context.createConsumer(scene.queue()));
            assertThatThrownBy(
                            () -> context.createProducer().setProperty("p", 1).send(scene.queue(), received))
                    .isInstanceOf(MessageNotWriteableRuntimeException.class);
        });
    }
}
