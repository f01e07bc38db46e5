package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Bodies that are longer than a record of the log: to the application they are messages like others. */
class LargeMessagesTest extends Conformance {
    private static final int MIB = 1 << 20;

    @Override
    protected Map<String, String> brokerOptions() {
        return Map.of("max-large-message-size", "24MiB");
    }

    @Override
    protected void cases(final Cases cases) {
        cases.section("BytesMessage")
                .each(
                        "a body of %s bytes arrives as it was sent",
                        List.of(MIB, MIB + 1, 3 * MIB / 2, 5 * MIB - 1, 20 * MIB), (scene, length) -> {
                            final Session session = scene.session();
                            final MessageConsumer consumer = session.createConsumer(scene.queue());
                            session.createProducer(scene.queue()).send(bytes(session, length));
                            final BytesMessage received = (BytesMessage) Scene.receive(consumer);
                            assertThat(received.getBodyLength()).isEqualTo((long) length);
                            assertThat(received.getBody(byte[].class)).isEqualTo(pattern(length));
                            Scene.expectNone(consumer);
                        });
        cases.promise("large and small messages keep their order, whatever comes first", scene -> {
            final Session session = scene.session();
            final MessageProducer producer = session.createProducer(scene.queue());
            for (int i = 0; i < 12; i++) {
                final Message message =
                        i % 3 == 1 ? bytes(session, MIB + i * 100_000) : session.createTextMessage("small");
                message.setIntProperty("i", i);
                producer.send(message);
            }
            final MessageConsumer consumer = session.createConsumer(scene.queue());
            for (int i = 0; i < 12; i++) {
                final Message received = Scene.receive(consumer);
                assertThat(received.getIntProperty("i")).isEqualTo(i);
                if (i % 3 == 1) {
                    assertThat(((BytesMessage) received).getBodyLength()).isEqualTo(MIB + i * 100_000L);
                }
            }
        });
        cases.promise("a listener hears large messages in their order", scene -> {
            final LinkedBlockingQueue<Long> heard = new LinkedBlockingQueue<>();
            scene.session().createConsumer(scene.queue()).setMessageListener(message -> {
                try {
                    heard.add(((BytesMessage) message).getBodyLength());
                } catch (JMSException e) {
                    heard.add(-1L);
                }
            });
            final Session session = scene.newConnection().createSession();
            for (int i = 1; i <= 4; i++) {
                session.createProducer(scene.queue()).send(bytes(session, i * MIB + i));
            }
            for (int i = 1; i <= 4; i++) {
                assertThat(heard.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isEqualTo((long) i * MIB + i);
            }
        });
        cases.section("TextMessage").promise("a long text arrives at every subscriber of a topic", scene -> {
            final String text = "Gänse ".repeat(400_000);
            final Session session = scene.session();
            final MessageConsumer one = session.createConsumer(scene.topic());
            final MessageConsumer two = session.createConsumer(scene.topic());
            scene.send(scene.topic(), text);
            assertThat(Scene.text(one)).isEqualTo(text);
            assertThat(Scene.text(two)).isEqualTo(text);
        });
        cases.section("6.2.10").promise("a large message comes again after recover, with its body", scene -> {
            final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
            session.createProducer(scene.queue()).send(bytes(session, 2 * MIB));
            session.createProducer(scene.queue()).send(bytes(session, 3 * MIB));
            final MessageConsumer consumer = session.createConsumer(scene.queue());
            Scene.receive(consumer);
            session.recover();
            final BytesMessage again = (BytesMessage) Scene.receive(consumer);
            assertThat(again.getJMSRedelivered()).isTrue();
            assertThat(again.getBodyLength()).isEqualTo(2L * MIB);
            assertThat(((BytesMessage) Scene.receive(consumer)).getBodyLength()).isEqualTo(3L * MIB);
            again.acknowledge();
        });
        cases.section("7.3").promise("a large message is sent asynchronously", scene -> {
            final AsyncSendTest.Completions completions = new AsyncSendTest.Completions();
            final Session session = scene.session();
            session.createProducer(scene.queue()).send(bytes(session, 2 * MIB), completions);
            completions.next();
            assertThat(Scene.receive(session.createConsumer(scene.queue()))).isInstanceOf(BytesMessage.class);
        });
        cases.section("6.2.7").promise("a large message belongs to its transaction", scene -> {
            final Session session = scene.session(Session.SESSION_TRANSACTED);
            final MessageProducer producer = session.createProducer(scene.queue());
            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
            producer.send(bytes(session, 2 * MIB));
            session.rollback();
            producer.send(bytes(session, 3 * MIB));
            Scene.expectNone(consumer);
            session.commit();
            assertThat(((BytesMessage) Scene.receive(consumer)).getBodyLength()).isEqualTo(3L * MIB);
            Scene.expectNone(consumer);
        });
        cases.section("MessageProducer.send")
                .promise("a body above the broker's limit is refused, and says which option", scene -> {
                    final Session session = scene.session();
                    assertThatThrownBy(
                                    () -> session.createProducer(scene.queue()).send(bytes(session, 25 * MIB)))
                            .isInstanceOf(JMSException.class)
                            .hasMessageContaining("max-large-message-size");
                    session.createProducer(scene.queue()).send(session.createMessage());
                });
    }

    private static BytesMessage bytes(final Session session, final int length) throws JMSException {
        final BytesMessage message = session.createBytesMessage();
        message.writeBytes(pattern(length));
        return message;
    }

    private static byte[] pattern(final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 16));
        }
        return bytes;
    }
}
