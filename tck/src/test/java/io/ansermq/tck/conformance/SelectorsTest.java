package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicSession;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Message selectors: the language, and what a selector does to queues and topics. */
class SelectorsTest extends Conformance {

    @Override
    protected void cases(final Cases cases) {
        matching(cases);
        notMatching(cases);
        invalid(cases);
        headers(cases);
        queues(cases);
        topics(cases);
    }

    /** Of each type one property, and a text that is null. */
    private static Message sample(final Session session) throws Exception {
        final Message message = session.createTextMessage("sample");
        message.setStringProperty("color", "red");
        message.setStringProperty("quoted", "it's");
        message.setStringProperty("empty", "");
        message.setStringProperty("percent", "100%_sure");
        message.setStringProperty("digits", "12");
        message.setStringProperty("nothing", null);
        message.setBooleanProperty("yes", true);
        message.setBooleanProperty("no", false);
        message.setByteProperty("b", (byte) -8);
        message.setShortProperty("s", (short) 300);
        message.setIntProperty("i", 42);
        message.setLongProperty("l", Long.MAX_VALUE);
        message.setFloatProperty("f", 0.5f);
        message.setDoubleProperty("d", 2.5);
        message.setIntProperty("$dollar_1", 7);
        message.setStringProperty("Color", "other");
        message.setStringProperty("KEYS", "mine");
        message.setObjectProperty("boxed", 11L);
        return message;
    }

    private static boolean matches(final Scene scene, final String selector) throws Exception {
        final Session session = scene.session();
        final Queue queue = scene.queue();
        session.createProducer(queue).send(sample(session));
        return session.createConsumer(queue, selector).receiveNoWait() != null;
    }

    private static void matching(final Cases cases) {
        cases.section("3.8.1.1")
                .each(
                        "a selector matches: %s",
                        List.of(
                                "color = 'red'",
                                "'red' = color",
                                "quoted = 'it''s'",
                                "empty = ''",
                                "i = 42",
                                "i = +42",
                                "b = -8",
                                "s = 300",
                                "l = 9223372036854775807",
                                "i = 0x2A",
                                "i = 42L",
                                "d = 2.5",
                                "d = 25E-1",
                                "d = .25e1",
                                "f = 0.5",
                                "i = 42.",
                                "boxed = 11",
                                "yes = TRUE",
                                "no = false",
                                "yes",
                                "NOT no",
                                "(yes)",
                                "TRUE",
                                "not FALSE",
                                "Color = 'other'",
                                "color = 'red' aNd i = 42",
                                "i BeTwEeN 1 aNd 50",
                                "$dollar_1 = 7",
                                "KEYS = 'mine'",
                                "\tcolor\n=\r'red' "),
                        (scene, selector) ->
                                assertThat(matches(scene, selector)).isTrue());
        cases.section("3.8.1.1")
                .each(
                        "comparing and calculating matches: %s",
                        List.of(
                                "i <> 41",
                                "i < 43",
                                "i <= 42",
                                "i > 41",
                                "i >= 42",
                                "i < l",
                                "d < i",
                                "yes <> no",
                                "color <> Color",
                                "i + 1 * 2 = 44",
                                "(i + 1) * 2 = 86",
                                "10 - 3 - 2 = 5",
                                "100 / 10 / 5 = 2",
                                "-i = -42",
                                "+i = i",
                                "5 / 2.0 = 2.5",
                                "i - -1 = 43",
                                "-(i + 1) = -43",
                                "b * 2 = -16",
                                "i*2=84",
                                "i / 4 = 10",
                                "i BETWEEN 42 AND 42",
                                "i NOT BETWEEN 43 AND 50",
                                "d BETWEEN 2 AND 3",
                                "i + 1 BETWEEN i AND i * 2",
                                "s > d AND l > s",
                                "NOT i = 6",
                                "NOT i = 42 OR yes",
                                "no AND no OR yes",
                                "yes OR no AND no",
                                "NOT (yes AND no)"),
                        (scene, selector) ->
                                assertThat(matches(scene, selector)).isTrue());
        cases.section("3.8.1.1")
                .each(
                        "IN, LIKE and IS NULL match: %s",
                        List.of(
                                "color IN ('blue', 'red')",
                                "color NOT IN ('blue')",
                                "color LIKE 'red'",
                                "color LIKE 'r%'",
                                "color LIKE '%d'",
                                "color LIKE '%e%'",
                                "color LIKE '_e_'",
                                "color LIKE '%'",
                                "color LIKE '___'",
                                "color NOT LIKE '__'",
                                "empty LIKE ''",
                                "empty LIKE '%'",
                                "color NOT LIKE 'R%'",
                                "quoted LIKE 'it''_'",
                                "percent LIKE '100!%!_sure' ESCAPE '!'",
                                "percent LIKE '100\\%%' ESCAPE '\\'",
                                "missing IS NULL",
                                "nothing IS NULL",
                                "color IS NOT NULL",
                                "NOT (color IS NULL)",
                                "missing = 1 OR yes",
                                "NOT (missing = 1 AND no)"),
                        (scene, selector) ->
                                assertThat(matches(scene, selector)).isTrue());
    }

    private static void notMatching(final Cases cases) {
        cases.section("3.8.1.2")
                .each(
                        "a selector does not match: %s",
                        List.of(
                                "color = 'Red'",
                                "color = 'red '",
                                "COLOR = 'red'",
                                "i = 41",
                                "i <> 42",
                                "i > 42",
                                "FALSE",
                                "no",
                                "NOT yes",
                                "color IN ('blue')",
                                "color NOT IN ('red')",
                                "color LIKE 're'",
                                "color LIKE 'ed'",
                                "color LIKE '_'",
                                "color LIKE 'R%'",
                                "percent LIKE '100!%sure' ESCAPE '!'",
                                "color IS NULL",
                                "missing IS NOT NULL",
                                "i NOT BETWEEN 1 AND 50",
                                "5 / 2 = 2.5"),
                        (scene, selector) ->
                                assertThat(matches(scene, selector)).isFalse());
        cases.section("3.8.1.2")
                .each(
                        "a selector that null makes unknown does not match: %s",
                        List.of(
                                "missing = 1",
                                "missing <> 1",
                                "NOT missing = 1",
                                "missing",
                                "NOT missing",
                                "missing = missing",
                                "nothing = nothing",
                                "missing BETWEEN 1 AND 2",
                                "missing NOT BETWEEN 1 AND 2",
                                "missing IN ('a')",
                                "missing NOT IN ('a')",
                                "missing LIKE '%'",
                                "missing NOT LIKE 'a'",
                                "missing AND yes",
                                "missing = 1 OR no",
                                "i + missing = 42",
                                "NOT (missing = 1 AND yes)"),
                        (scene, selector) ->
                                assertThat(matches(scene, selector)).isFalse());
        cases.section("3.8.1.2")
                .each(
                        "a comparison of unlike types is false: %s",
                        List.of(
                                "digits = 12",
                                "digits <> 12",
                                "digits > 11",
                                "digits BETWEEN 1 AND 20",
                                "i = '42'",
                                "i <> 'x'",
                                "yes = 'true'",
                                "color = TRUE",
                                "color > i",
                                "color > Color",
                                "i IN ('42')",
                                "i LIKE '42'"),
                        (scene, selector) ->
                                assertThat(matches(scene, selector)).isFalse());
    }

    private static void invalid(final Cases cases) {
        cases.section("3.8.1.1")
                .each(
                        "what is no selector is refused when the consumer is made: %s",
                        List.of(
                                "color =",
                                "= 'red'",
                                "color = 'red",
                                "color = \"red\"",
                                "color == 'red'",
                                "color != 'red'",
                                "color = 'red' AND",
                                "color 'red'",
                                "(color = 'red'",
                                "color = 'red')",
                                "NULL = 1",
                                "AND",
                                "i = 5abc",
                                "i = 99999999999999999999",
                                "color > 'red'",
                                "TRUE < FALSE",
                                "i BETWEEN 'a' AND 'b'",
                                "i BETWEEN 1",
                                "color LIKE 5",
                                "'red' LIKE 'r%'",
                                "color LIKE 'r%' ESCAPE 'ab'",
                                "color IN ()",
                                "color IN (5)",
                                "color IN 'red'",
                                "5 IS NULL",
                                "color IS 'red'",
                                "5",
                                "'red'",
                                "i + 1",
                                "color + 'x' = 'redx'",
                                "i % 2 = 0",
                                "i = 42 -- comment",
                                "JMSExpiration = 0",
                                "JMSDestination IS NULL",
                                "JMSReplyTo IS NULL"),
                        (scene, selector) -> {
                            final Session session = scene.session();
                            assertThatThrownBy(() -> session.createConsumer(scene.queue(), selector))
                                    .isInstanceOf(InvalidSelectorException.class)
                                    .hasMessageContaining("at character");
                            assertThatThrownBy(() -> session.createConsumer(scene.topic(), selector))
                                    .isInstanceOf(InvalidSelectorException.class);
                            assertThatThrownBy(() -> session.createBrowser(scene.queue(), selector))
                                    .isInstanceOf(InvalidSelectorException.class);
                            final JMSContext context = scene.context();
                            assertThatThrownBy(() -> context.createConsumer(scene.queue(), selector))
                                    .isInstanceOf(InvalidSelectorRuntimeException.class);
                        });
        cases.section("3.8.1.1")
                .each(
                        "%s is no selector at all",
                        List.of("", " "), (scene, selector) -> {
                            scene.send(scene.queue(), "a");
                            final MessageConsumer consumer = scene.session().createConsumer(scene.queue(), selector);
                            assertThat(consumer.getMessageSelector()).isNull();
                            assertThat(Scene.text(consumer)).isEqualTo("a");
                        });
    }

    private static void headers(final Cases cases) {
        cases.section("3.8.1.1")
                .each(
                        "a selector sees the header: %s",
                        List.of(
                                "JMSPriority = 7",
                                "JMSPriority BETWEEN 5 AND 9",
                                "JMSDeliveryMode = 'NON_PERSISTENT'",
                                "JMSCorrelationID = 'c-1'",
                                "JMSCorrelationID LIKE 'c%'",
                                "JMSType = 'order'",
                                "JMSType IN ('bill', 'order')",
                                "JMSMessageID LIKE 'ID:%'",
                                "JMSTimestamp > 1600000000000",
                                "JMSXGroupID = 'g' AND JMSXGroupSeq = 3"),
                        (scene, selector) -> {
                            final Session session = scene.session();
                            final MessageProducer producer = session.createProducer(scene.queue());
                            producer.send(session.createTextMessage("other"));
                            final Message message = session.createTextMessage("wanted");
                            message.setJMSCorrelationID("c-1");
                            message.setJMSType("order");
                            message.setStringProperty("JMSXGroupID", "g");
                            message.setIntProperty("JMSXGroupSeq", 3);
                            producer.send(message, DeliveryMode.NON_PERSISTENT, 7, 0);
                            final MessageConsumer consumer = session.createConsumer(scene.queue(), selector);
                            assertThat(((TextMessage) Scene.receive(consumer)).getJMSCorrelationID())
                                    .isIn("c-1", null);
                        })
                .promise("header fields that are not set are null to a selector", scene -> {
                    scene.send(scene.queue(), "a");
                    final MessageConsumer consumer = scene.session()
                            .createConsumer(scene.queue(), "JMSType IS NULL AND JMSCorrelationID IS NULL");
                    assertThat(Scene.text(consumer)).isEqualTo("a");
                })
                .promise("a message is found by its ID and by a correlation ID that is the ID of another", scene -> {
                    final Session session = scene.session();
                    final MessageProducer producer = session.createProducer(scene.queue());
                    producer.send(session.createTextMessage("other"));
                    final Message request = session.createTextMessage("request");
                    producer.send(request);
                    final String id = request.getJMSMessageID();
                    final MessageConsumer reply =
                            session.createConsumer(scene.queue(), "JMSCorrelationID = '" + id + "'");
                    final Message answer = session.createTextMessage("answer");
                    answer.setJMSCorrelationID(id);
                    producer.send(answer);
                    assertThat(Scene.text(reply)).isEqualTo("answer");
                    assertThat(Scene.text(session.createConsumer(scene.queue(), "JMSMessageID = '" + id + "'")))
                            .isEqualTo("request");
                });
    }

    private static void sendColored(final Scene scene, final String... colors) throws Exception {
        final Session session = scene.session();
        final MessageProducer producer = session.createProducer(scene.queue());
        for (int i = 0; i < colors.length; i++) {
            final Message message = session.createTextMessage(colors[i] + i);
            message.setStringProperty("color", colors[i]);
            producer.send(message);
        }
        session.close();
    }

    private static void queues(final Cases cases) {
        cases.section("3.8.1")
                .promise("what does not match stays on the queue, in order", scene -> {
                    sendColored(scene, "red", "blue", "red", "blue", "blue");
                    final Session session = scene.session();
                    final MessageConsumer red = session.createConsumer(scene.queue(), "color = 'red'");
                    assertThat(red.getMessageSelector()).isEqualTo("color = 'red'");
                    assertThat(Scene.texts(red, 2)).containsExactly("red0", "red2");
                    Scene.expectNone(red);
                    red.close();
                    assertThat(Scene.rest(session.createConsumer(scene.queue())))
                            .containsExactly("blue1", "blue3", "blue4");
                })
                .promise("consumers with different selectors share a queue", scene -> {
                    final Session session = scene.session();
                    final MessageConsumer red = session.createConsumer(scene.queue(), "color = 'red'");
                    final MessageConsumer blue = session.createConsumer(scene.queue(), "color = 'blue'");
                    sendColored(scene, "red", "blue", "green", "blue", "red");
                    assertThat(Scene.texts(red, 2)).containsExactly("red0", "red4");
                    assertThat(Scene.texts(blue, 2)).containsExactly("blue1", "blue3");
                    red.close();
                    blue.close();
                    assertThat(Scene.rest(session.createConsumer(scene.queue())))
                            .containsExactly("green2");
                })
                .promise("a match behind very many others is found at once by receiveNoWait", scene -> {
                    final Session session = scene.session();
                    final MessageProducer producer = session.createProducer(scene.queue());
                    producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
                    for (int i = 0; i < 3_000; i++) {
                        final Message message = session.createTextMessage("m" + i);
                        message.setIntProperty("n", i);
                        if (i == 2_999) {
                            // Awaited, and with it all before.
                            producer.setDeliveryMode(DeliveryMode.PERSISTENT);
                        }
                        producer.send(message);
                    }
                    assertThat(Scene.rest(session.createConsumer(scene.queue(), "n = 2999")))
                            .containsExactly("m2999");
                    assertThat(Scene.rest(session.createConsumer(scene.queue(), "n = -1")))
                            .isEmpty();
                    assertThat(Scene.texts(session.createConsumer(scene.queue(), "n / 300 * 300 = n"), 10))
                            .isEqualTo(IntStream.range(0, 10)
                                    .mapToObj(i -> "m" + 300 * i)
                                    .toList());
                })
                .promise("what a selecting consumer gives back goes to others in its place", scene -> {
                    sendColored(scene, "blue", "red", "blue", "red");
                    final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
                    assertThat(Scene.texts(session.createConsumer(scene.queue(), "color = 'red'"), 2))
                            .containsExactly("red1", "red3");
                    session.close();
                    assertThat(Scene.rest(scene.session().createConsumer(scene.queue())))
                            .containsExactly("blue0", "red1", "blue2", "red3");
                })
                .promise("recover brings back what a selector let through", scene -> {
                    sendColored(scene, "blue", "red", "red");
                    final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
                    final MessageConsumer red = session.createConsumer(scene.queue(), "color = 'red'");
                    assertThat(Scene.texts(red, 2)).containsExactly("red1", "red2");
                    session.recover();
                    final Message again = Scene.receive(red);
                    assertThat(again.getJMSRedelivered()).isTrue();
                    assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
                    assertThat(Scene.text(red)).isEqualTo("red2");
                })
                .promise("the legacy and simplified interfaces select alike", scene -> {
                    sendColored(scene, "blue", "red", "green");
                    final QueueConnection connection = (QueueConnection) scene.connection();
                    final QueueSession queues = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
                    final QueueReceiver receiver = queues.createReceiver(scene.queue(), "color = 'red'");
                    assertThat(receiver.getMessageSelector()).isEqualTo("color = 'red'");
                    assertThat(Scene.text(receiver)).isEqualTo("red1");
                    final JMSContext context = scene.context();
                    final var consumer = context.createConsumer(scene.queue(), "color = 'green'");
                    assertThat(consumer.getMessageSelector()).isEqualTo("color = 'green'");
                    assertThat(consumer.receiveBody(String.class, Scene.PATIENCE_MS))
                            .isEqualTo("green2");
                })
                .promise("many wait for one reply each and get it", scene -> {
                    final Session session = scene.session();
                    final List<MessageConsumer> waiting = new ArrayList<>();
                    for (int i = 0; i < 100; i++) {
                        waiting.add(session.createConsumer(scene.queue(), "JMSCorrelationID = 'r" + i + "'"));
                    }
                    final MessageProducer producer = session.createProducer(scene.queue());
                    for (int i = 99; i >= 0; i--) {
                        final Message reply = session.createTextMessage("reply " + i);
                        reply.setJMSCorrelationID("r" + i);
                        producer.send(reply);
                    }
                    for (int i = 0; i < 100; i++) {
                        assertThat(Scene.text(waiting.get(i))).isEqualTo("reply " + i);
                        Scene.expectNone(waiting.get(i));
                    }
                });
    }

    private static void topics(final Cases cases) {
        cases.section("3.8.1").promise("a subscriber with a selector never sees what does not match", scene -> {
            final Session session = scene.session();
            final Topic topic = scene.topic();
            final MessageConsumer red = session.createConsumer(topic, "color = 'red'");
            final MessageConsumer all = session.createConsumer(topic);
            final MessageProducer producer = session.createProducer(topic);
            for (final String color : List.of("red", "blue", "red")) {
                final Message message = session.createTextMessage(color);
                message.setStringProperty("color", color);
                producer.send(message);
            }
            assertThat(Scene.texts(red, 2)).containsExactly("red", "red");
            Scene.expectNone(red);
            assertThat(Scene.rest(all)).containsExactly("red", "blue", "red");
        });
        cases.section("4.2.2")
                .promise("a noLocal subscriber gets what other connections send, and nothing of its own", scene -> {
                    final Session session = scene.session();
                    final Topic topic = scene.topic();
                    final MessageConsumer others = session.createConsumer(topic, null, true);
                    final MessageConsumer all = session.createConsumer(topic, null, false);
                    final Session elsewhere = scene.newConnection().createSession();
                    session.createProducer(topic).send(session.createTextMessage("own"));
                    elsewhere.createProducer(topic).send(elsewhere.createTextMessage("other's"));
                    session.createProducer(topic).send(session.createTextMessage("own"));
                    assertThat(Scene.texts(all, 3)).containsExactlyInAnyOrder("own", "other's", "own");
                    assertThat(Scene.rest(others)).containsExactly("other's");
                })
                .promise("noLocal and a selector hold together", scene -> {
                    final TopicSession session = scene.closeLater(
                                    scene.factory().createTopicConnection())
                            .createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
                    final Topic topic = scene.topic();
                    final var subscriber = session.createSubscriber(topic, "n > 1", true);
                    assertThat(subscriber.getNoLocal()).isTrue();
                    assertThat(subscriber.getMessageSelector()).isEqualTo("n > 1");
                })
                .promise("a context's consumer can be noLocal too", scene -> {
                    final JMSContext context = scene.context();
                    final Topic topic = scene.topic();
                    final var consumer = context.createConsumer(topic, null, true);
                    context.createProducer().send(topic, "own");
                    final Session elsewhere = scene.session();
                    elsewhere.createProducer(topic).send(elsewhere.createTextMessage("other's"));
                    assertThat(consumer.receiveBody(String.class, Scene.PATIENCE_MS))
                            .isEqualTo("other's");
                });
    }
}
