package io.ansermq.jms.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jakarta Messaging 3.1, sections 6.2.10 and 8.8. */
class AcknowledgeTest extends SessionFixture {

    private void awaitBacklog(final int expected) {
        await().until(() -> broker.backlog("orders") == expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?strictAck=true"})
    void shouldAcknowledgeWhatReceiveReturns(final String query) throws JMSException {
        send("a", "b");
        try (JmsConnection other = connect(query)) {
            other.start();
            final MessageConsumer consumer = other.createSession().createConsumer(orders(auto()));

            assertThat(receive(consumer)).isEqualTo("a");
            awaitBacklog(1);
        }
        awaitBacklog(1);
    }

    @Test
    void shouldHaveStoredStrictAcknowledgementsWhenReceiveReturns() throws JMSException {
        send("a");
        try (JmsConnection strict = connect("?strictAck=true")) {
            strict.start();
            receive(strict.createSession().createConsumer(orders(auto())));

            assertThat(broker.backlog("orders")).isZero();
        }
    }

    @Test
    void shouldAcknowledgeLazilyWhenDuplicatesAreOk() throws JMSException {
        final int count = 200;
        for (int i = 0; i < count; i++) {
            send("m" + i);
        }
        final int before = broker.ackFrames();
        final Session session = session(Session.DUPS_OK_ACKNOWLEDGE);
        final MessageConsumer consumer = session.createConsumer(orders(session));

        receive(consumer, count);

        awaitBacklog(0);
        assertThat(broker.ackFrames() - before).isLessThan(count / 10);
    }

    @Test
    void shouldAcknowledgeLazilyReceivedMessagesWhenTheSessionCloses() throws JMSException {
        send("a", "b", "c");
        final Session session = session(Session.DUPS_OK_ACKNOWLEDGE);
        final MessageConsumer consumer = session.createConsumer(orders(session));
        receive(consumer);

        session.close();

        awaitBacklog(2);
    }

    @Test
    void shouldAcknowledgeAllConsumedMessagesOfTheSession() throws JMSException {
        final Session session = session(Session.CLIENT_ACKNOWLEDGE);
        final MessageConsumer consumer = session.createConsumer(orders(session));
        final MessageConsumer other = session.createConsumer(session.createQueue("other"));
        send("a", "b", "c");
        session.createProducer(session.createQueue("other")).send(session.createTextMessage("o"));

        final Message first = consumer.receive(PATIENCE_MS);
        receive(other);
        receive(consumer);
        assertThat(broker.backlog("orders")).isEqualTo(3);
        first.acknowledge();

        assertThat(broker.backlog("orders")).as("c was not consumed").isEqualTo(1);
        assertThat(broker.backlog("other")).isZero();
    }

    @Test
    void shouldIgnoreAcknowledgeInTheOtherModes() throws JMSException {
        send("a");
        final Session session = auto();
        final Message message = session.createConsumer(orders(session)).receive(PATIENCE_MS);

        message.acknowledge();

        session.close();
        assertThatThrownBy(message::acknowledge).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldRefuseToAcknowledgeWhenTheSessionIsClosed() throws JMSException {
        send("a");
        final JmsConnection other = connect();
        other.start();
        final Message message = other.createSession(Session.CLIENT_ACKNOWLEDGE)
                .createConsumer(orders(auto()))
                .receive(PATIENCE_MS);

        other.close();

        assertThatThrownBy(message::acknowledge).isInstanceOf(IllegalStateException.class);
        assertThat(broker.backlog("orders")).isEqualTo(1);
    }

    @Test
    void shouldRecoverInOrderWithTheRedeliveredFlag() throws JMSException {
        send("a", "b", "c", "d");
        final Session session = session(Session.CLIENT_ACKNOWLEDGE);
        final MessageConsumer consumer = session.createConsumer(orders(session));
        consumer.receive(PATIENCE_MS).acknowledge();
        receive(consumer, 2);

        session.recover();

        final Message b = consumer.receive(PATIENCE_MS);
        final Message c = consumer.receive(PATIENCE_MS);
        final Message d = consumer.receive(PATIENCE_MS);
        assertThat(text(b)).isEqualTo("b");
        assertThat(text(c)).isEqualTo("c");
        assertThat(text(d)).isEqualTo("d");
        assertThat(b.getJMSRedelivered()).isTrue();
        assertThat(b.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        assertThat(c.getJMSRedelivered()).isTrue();
        assertThat(d.getJMSRedelivered()).as("d was never handed over").isFalse();
        assertThat(d.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        d.acknowledge();
        assertThat(broker.backlog("orders")).isZero();
    }

    @Test
    void shouldRecoverAgainAndAgain() throws JMSException {
        send("a", "b");
        final Session session = session(Session.CLIENT_ACKNOWLEDGE);
        final MessageConsumer consumer = session.createConsumer(orders(session));
        for (int count = 1; count <= 5; count++) {
            final Message message = consumer.receive(PATIENCE_MS);
            assertThat(text(message)).isEqualTo("a");
            assertThat(message.getIntProperty("JMSXDeliveryCount")).isEqualTo(count);
            session.recover();
        }
    }

    @Test
    void shouldRedeliverUnacknowledgedMessagesWhenTheSessionCloses() throws JMSException {
        send("a", "b");
        final Session session = session(Session.CLIENT_ACKNOWLEDGE);
        receive(session.createConsumer(orders(session)));

        session.close();

        final Session next = auto();
        final MessageConsumer consumer = next.createConsumer(orders(next));
        final Message again = consumer.receive(PATIENCE_MS);
        assertThat(text(again)).isEqualTo("a");
        assertThat(again.getJMSRedelivered()).isTrue();
        final Message fresh = consumer.receive(PATIENCE_MS);
        assertThat(text(fresh)).isEqualTo("b");
        assertThat(fresh.getJMSRedelivered()).isFalse();
    }

    @Test
    void shouldGiveBackWhatAClosedConsumerHadNotHandedOver() throws JMSException {
        send("a", "b", "c");
        final Session session = auto();
        final MessageConsumer first = session.createConsumer(orders(session));
        assertThat(receive(first)).isEqualTo("a");

        first.close();

        final MessageConsumer second = session.createConsumer(orders(session));
        final Message b = second.receive(PATIENCE_MS);
        assertThat(text(b)).isEqualTo("b");
        assertThat(b.getJMSRedelivered()).isFalse();
        assertThat(receive(second)).isEqualTo("c");
    }

    /** Section 8.8: closing a consumer has no effect on the messages that the application has. */
    @Test
    void shouldLetMessagesBeAcknowledgedAfterTheirConsumerIsClosed() throws JMSException {
        send("a", "b");
        final Session session = session(Session.CLIENT_ACKNOWLEDGE);
        final MessageConsumer first = session.createConsumer(orders(session));
        final Message a = first.receive(PATIENCE_MS);
        first.close();

        final MessageConsumer second = session.createConsumer(orders(session));
        assertThat(receive(second)).as("a is not delivered again").isEqualTo("b");
        a.acknowledge();

        assertThat(broker.backlog("orders")).isZero();
    }

    @Test
    void shouldEndAClosedConsumerWhenItsMessagesAreAcknowledged() throws JMSException {
        send("a", "b");
        final Session session = session(Session.CLIENT_ACKNOWLEDGE);
        final MessageConsumer consumer = session.createConsumer(orders(session));
        final Message a = consumer.receive(PATIENCE_MS);
        consumer.close();
        assertThat(broker.consumers()).isEqualTo(1);

        a.acknowledge();

        assertThat(broker.consumers()).isZero();
        assertThat(broker.backlog("orders")).isEqualTo(1);
    }

    @Test
    void shouldRecoverMessagesOfAClosedConsumer() throws JMSException {
        send("a", "b");
        final Session session = session(Session.CLIENT_ACKNOWLEDGE);
        final MessageConsumer first = session.createConsumer(orders(session));
        receive(first);
        first.close();

        session.recover();

        final MessageConsumer second = session.createConsumer(orders(session));
        assertThat(receive(second, 2)).containsExactly("a", "b");
    }

    @Test
    void shouldCommitInTransactedSessionsOnly() throws JMSException {
        connection.createSession(true, 0).commit();
        connection.createSession(Session.SESSION_TRANSACTED).rollback();
        assertThatThrownBy(auto()::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(auto()::rollback).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.createSession(7)).isInstanceOf(JMSException.class);
    }
}
