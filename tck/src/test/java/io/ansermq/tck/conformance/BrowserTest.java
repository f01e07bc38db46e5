package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Queue browsers: they see what is there, and leave it there. */
class BrowserTest extends Conformance {

    @Override
    protected void cases(final Cases cases) {
        seeing(cases);
        leaving(cases);
        rules(cases);
    }

    private static List<String> texts(final QueueBrowser browser) throws Exception {
        final List<String> texts = new ArrayList<>();
        final Enumeration<?> messages = browser.getEnumeration();
        while (messages.hasMoreElements()) {
            texts.add(((TextMessage) messages.nextElement()).getText());
        }
        return texts;
    }

    private static void seeing(final Cases cases) {
        cases.section("4.1.4")
                .promise("a browser sees all messages in their order", scene -> {
                    scene.send(scene.queue(), "a", "b", "c");
                    assertThat(texts(scene.session().createBrowser(scene.queue())))
                            .containsExactly("a", "b", "c");
                })
                .promise("a browser of an empty queue sees nothing", scene -> {
                    final QueueBrowser browser = scene.session().createBrowser(scene.queue());
                    assertThat(browser.getEnumeration().hasMoreElements()).isFalse();
                    assertThatThrownBy(() -> browser.getEnumeration().nextElement())
                            .isInstanceOf(NoSuchElementException.class);
                })
                .promise("a browser with a selector sees what matches", scene -> {
                    final Session session = scene.session();
                    final MessageProducer producer = session.createProducer(scene.queue());
                    for (int i = 0; i < 10; i++) {
                        final Message message = session.createTextMessage("m" + i);
                        message.setIntProperty("n", i);
                        producer.send(message);
                    }
                    final QueueBrowser browser = session.createBrowser(scene.queue(), "n > 6");
                    assertThat(browser.getMessageSelector()).isEqualTo("n > 6");
                    assertThat(texts(browser)).containsExactly("m7", "m8", "m9");
                    assertThat(texts(session.createBrowser(scene.queue(), "n < 0")))
                            .isEmpty();
                })
                .promise("a browser sees more messages than fit into the prefetch", scene -> {
                    final String[] texts =
                            IntStream.range(0, 700).mapToObj(i -> "m" + i).toArray(String[]::new);
                    scene.send(scene.queue(), texts);
                    assertThat(texts(scene.session().createBrowser(scene.queue())))
                            .containsExactly(texts);
                })
                .promise("higher priorities come first, as they would to a receiver", scene -> {
                    final Session session = scene.session();
                    final MessageProducer producer = session.createProducer(scene.queue());
                    producer.send(session.createTextMessage("normal"));
                    producer.setPriority(9);
                    producer.send(session.createTextMessage("urgent"));
                    assertThat(texts(session.createBrowser(scene.queue()))).containsExactly("urgent", "normal");
                })
                .promise("an enumeration ends where the queue ended when it began, the next one sees more", scene -> {
                    scene.send(scene.queue(), "a");
                    final QueueBrowser browser = scene.session().createBrowser(scene.queue());
                    final Enumeration<?> messages = browser.getEnumeration();
                    scene.send(scene.queue(), "b");
                    assertThat(((TextMessage) messages.nextElement()).getText()).isEqualTo("a");
                    assertThat(messages.hasMoreElements()).isFalse();
                    assertThat(texts(browser)).containsExactly("a", "b");
                })
                .promise("a browser sees what is sent before its first enumeration", scene -> {
                    final QueueBrowser browser = scene.session().createBrowser(scene.queue());
                    scene.send(scene.queue(), "a");
                    assertThat(texts(browser)).containsExactly("a");
                })
                .promise("a browser sees what a receiver has not acknowledged, and nothing that it has", scene -> {
                    scene.send(scene.queue(), "a", "b", "c");
                    final Session receiving = scene.session(Session.CLIENT_ACKNOWLEDGE);
                    final MessageConsumer receiver = receiving.createConsumer(scene.queue());
                    final Message first = Scene.receive(receiver);
                    final Session looking = scene.session();
                    assertThat(texts(looking.createBrowser(scene.queue()))).containsExactly("a", "b", "c");
                    first.acknowledge();
                    assertThat(texts(looking.createBrowser(scene.queue()))).containsExactly("b", "c");
                    assertThat(Scene.texts(receiver, 2)).containsExactly("b", "c");
                    receiving.createConsumer(scene.queue()).close();
                })
                .promise("a browser sees no message that has expired", scene -> {
                    final Session session = scene.session();
                    final MessageProducer producer = session.createProducer(scene.queue());
                    producer.setTimeToLive(1);
                    producer.send(session.createTextMessage("short"));
                    producer.setTimeToLive(0);
                    producer.send(session.createTextMessage("long"));
                    Awaitility.await()
                            .until(() -> texts(session.createBrowser(scene.queue())), List.of("long")::equals);
                })
                .promise("a browser sees no message before its delivery time", scene -> {
                    final Session session = scene.session();
                    final MessageProducer producer = session.createProducer(scene.queue());
                    producer.setDeliveryDelay(3_600_000);
                    producer.send(session.createTextMessage("later"));
                    producer.setDeliveryDelay(0);
                    producer.send(session.createTextMessage("now"));
                    assertThat(texts(session.createBrowser(scene.queue()))).containsExactly("now");
                });
    }

    private static void leaving(final Cases cases) {
        cases.section("4.1.4")
                .promise("what was browsed is still there for a receiver, and not redelivered", scene -> {
                    scene.send(scene.queue(), "a", "b");
                    final Session session = scene.session();
                    assertThat(texts(session.createBrowser(scene.queue()))).hasSize(2);
                    assertThat(texts(session.createBrowser(scene.queue()))).hasSize(2);
                    final MessageConsumer receiver = session.createConsumer(scene.queue());
                    final Message first = Scene.receive(receiver);
                    assertThat(first.getJMSRedelivered()).isFalse();
                    assertThat(Scene.text(receiver)).isEqualTo("b");
                    assertThat(texts(session.createBrowser(scene.queue()))).isEmpty();
                })
                .promise("a browser that is closed in the middle takes nothing away", scene -> {
                    scene.send(scene.queue(), "a", "b", "c");
                    final Session session = scene.session();
                    final QueueBrowser browser = session.createBrowser(scene.queue());
                    final Enumeration<?> messages = browser.getEnumeration();
                    messages.nextElement();
                    browser.close();
                    assertThat(messages.hasMoreElements()).isFalse();
                    assertThat(Scene.rest(session.createConsumer(scene.queue())))
                            .containsExactly("a", "b", "c");
                });
    }

    private static void rules(final Cases cases) {
        cases.section("4.1.4")
                .promise("a browser tells its queue and that it has no selector", scene -> {
                    final Queue queue = scene.queue();
                    final QueueBrowser browser = scene.session().createBrowser(queue);
                    assertThat(browser.getQueue().getQueueName()).isEqualTo(queue.getQueueName());
                    assertThat(browser.getMessageSelector()).isNull();
                    assertThat(scene.session().createBrowser(queue, "").getMessageSelector())
                            .isNull();
                })
                .promise("a browser of no queue is refused", scene -> {
                    final Session session = scene.session();
                    assertThatThrownBy(() -> session.createBrowser(null))
                            .isInstanceOf(InvalidDestinationException.class);
                    assertThatThrownBy(() -> session.createBrowser(null, "a = 1"))
                            .isInstanceOf(InvalidDestinationException.class);
                })
                .promise("the legacy and simplified interfaces browse alike", scene -> {
                    scene.send(scene.queue(), "a");
                    final QueueSession queues =
                            ((QueueConnection) scene.connection()).createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
                    assertThat(texts(queues.createBrowser(scene.queue()))).containsExactly("a");
                    assertThat(texts(queues.createBrowser(scene.queue(), "x IS NULL")))
                            .containsExactly("a");
                    final JMSContext context = scene.context();
                    assertThat(texts(context.createBrowser(scene.queue()))).containsExactly("a");
                    assertThat(texts(context.createBrowser(scene.queue(), "x IS NOT NULL")))
                            .isEmpty();
                });
        cases.section("6.2.15")
                .promise("a closed browser refuses everything but another close", scene -> {
                    final QueueBrowser browser = scene.session().createBrowser(scene.queue());
                    browser.close();
                    browser.close();
                    assertThatThrownBy(browser::getQueue).isInstanceOf(IllegalStateException.class);
                    assertThatThrownBy(browser::getMessageSelector).isInstanceOf(IllegalStateException.class);
                    assertThatThrownBy(browser::getEnumeration).isInstanceOf(IllegalStateException.class);
                })
                .promise("a browser of a closed session refuses everything", scene -> {
                    final Session session = scene.session();
                    final QueueBrowser browser = session.createBrowser(scene.queue());
                    browser.getEnumeration();
                    session.close();
                    browser.close();
                    assertThatThrownBy(browser::getEnumeration).isInstanceOf(IllegalStateException.class);
                    assertThatThrownBy(() -> session.createBrowser(scene.queue()))
                            .isInstanceOf(IllegalStateException.class);
                });
    }
}
