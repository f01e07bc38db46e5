package io.ansermq.jms.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import org.junit.jupiter.api.Test;

/** The legacy APIs: Jakarta Messaging 3.1, section 9.2 and table 9-1. */
class DomainTest extends SessionFixture {

    @Test
    void shouldSendAndReceiveWithTheQueueApi() throws JMSException {
        try (QueueConnection queues = JmsConnection.open(settings(""), Domain.QUEUE)) {
            queues.start();
            final QueueSession session = queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            final Queue orders = session.createQueue("orders");
            final QueueSender sender = session.createSender(orders);
            final QueueReceiver receiver = session.createReceiver(orders);
            sender.send(session.createTextMessage("a"));
            session.createSender(null).send(orders, session.createTextMessage("b"));
            session.createSender(null).send(orders, session.createTextMessage("c"), 1, 4, 0);

            assertThat(receive(receiver, 3)).containsExactly("a", "b", "c");
            assertThat(sender.getQueue()).isEqualTo(orders);
            assertThat(receiver.getQueue()).isEqualTo(orders);
        }
    }

    @Test
    void shouldSendAndReceiveWithTheTopicApi() throws JMSException {
        try (TopicConnection topics = JmsConnection.open(settings(""), Domain.TOPIC)) {
            topics.start();
            final TopicSession session = topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            final Topic prices = session.createTopic("prices");
            final TopicSubscriber subscriber = session.createSubscriber(prices);
            final TopicSubscriber second = session.createSubscriber(prices, "", false);
            final TopicPublisher publisher = session.createPublisher(prices);
            publisher.publish(session.createTextMessage("a"));
            publisher.publish(session.createTextMessage("b"), 1, 4, 0);
            session.createPublisher(null).publish(prices, session.createTextMessage("c"));
            session.createPublisher(null).publish(prices, session.createTextMessage("d"), 1, 4, 0);

            assertThat(receive(subscriber, 4)).containsExactly("a", "b", "c", "d");
            assertThat(receive(second, 4)).containsExactly("a", "b", "c", "d");
            assertThat(publisher.getTopic()).isEqualTo(prices);
            assertThat(subscriber.getTopic()).isEqualTo(prices);
            assertThat(subscriber.getNoLocal()).isFalse();
        }
    }

    @Test
    void shouldRefuseTopicsOnQueueObjects() throws JMSException {
        try (QueueConnection queues = JmsConnection.open(settings(""), Domain.QUEUE)) {
            final QueueSession session = queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);

            assertIllegal(() -> session.createTopic("t"));
            assertIllegal(session::createTemporaryTopic);
            assertIllegal(() -> session.createDurableSubscriber(null, "s"));
            assertIllegal(() -> session.createDurableSubscriber(null, "s", null, false));
            assertIllegal(() -> session.createDurableConsumer(null, "s"));
            assertIllegal(() -> session.createDurableConsumer(null, "s", null, false));
            assertIllegal(() -> session.createSharedConsumer(null, "s"));
            assertIllegal(() -> session.createSharedConsumer(null, "s", null));
            assertIllegal(() -> session.createSharedDurableConsumer(null, "s"));
            assertIllegal(() -> session.createSharedDurableConsumer(null, "s", null));
            assertIllegal(() -> session.unsubscribe("s"));
            assertIllegal(() -> queues.createDurableConnectionConsumer(null, "s", null, null, 1));
            assertIllegal(() -> queues.createSharedConnectionConsumer(null, "s", null, null, 1));
            assertIllegal(() -> queues.createSharedDurableConnectionConsumer(null, "s", null, null, 1));
        }
    }

    @Test
    void shouldRefuseQueuesOnTopicObjects() throws JMSException {
        try (TopicConnection topics = JmsConnection.open(settings(""), Domain.TOPIC)) {
            final TopicSession session = topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);

            assertIllegal(() -> session.createQueue("q"));
            assertIllegal(session::createTemporaryQueue);
            assertIllegal(() -> session.createBrowser(null));
            assertIllegal(() -> session.createBrowser(null, "x = 1"));
        }
    }

    private static void assertIllegal(final Action action) {
        assertThatThrownBy(action::run).isInstanceOf(IllegalStateException.class);
    }
}
