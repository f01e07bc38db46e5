package io.ansermq.tck.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Every rule is broken once on purpose, and everything that looks like it and is allowed is let pass. */
class HistoryCheckerTest {
    private static final String QUEUE = "orders";
    private static final int PRIORITY = 4;

    private final History history = new History();
    private final ProducerLog producer = history.producer("p1");

    @Test
    void shouldAcceptARunWhereEverythingArrivesOnceInOrder() {
        final ConsumerLog client = client("c1");
        final ConsumerLog auto = auto("c2");
        send(4);
        receive(client, 1, 3);
        receive(auto, 2, 4);
        acknowledge(client);

        final Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.totals()).isEqualTo(new Report.Totals(4, 0, 4, 0, 0));
    }

    @Test
    void shouldReportAnAnsweredSendThatNobodyReceived() {
        final ConsumerLog client = client("c1");
        send(3);
        receive(client, 1, 3);
        acknowledge(client);

        assertBroken(Rule.NOTHING_LOST, "p1#2 to orders (priority 4) was answered and never received");
    }

    @Test
    void shouldAcceptThatAnUnansweredSendIsLostOrStored() {
        final ConsumerLog client = client("c1");
        startSend();
        startSend();
        receive(client, 2);
        acknowledge(client);

        assertClean();
    }

    @Test
    void shouldAcceptThatANonPersistentMessageIsLost() {
        producer.answered(producer.started(QUEUE, PRIORITY, false, digest(1)));

        assertClean();
    }

    @Test
    void shouldReportAMessageThatWasHeldByADeadConsumerAndNeverCameAgain() {
        final ConsumerLog client = client("c1");
        send(1);
        receive(client, 1);
        history.brokerKilled();

        assertBroken(Rule.NOTHING_FORGOTTEN, "p1#1 was last handed to c1 (broker life 0), which never acknowledged");
    }

    @Test
    void shouldReportAMessageThatWasNeverSent() {
        final ConsumerLog auto = auto("c1");
        receive(auto, 1);

        assertBroken(Rule.NOTHING_INVENTED, "p1#1 was received by [c1] and never sent");
    }

    @Test
    void shouldReportAMessageFromAnotherDestination() {
        send(1);
        auto("c1").received("invoices", "p1", 1, PRIORITY, digest(1), false, 1);

        assertBroken(Rule.NOTHING_ALTERED, "p1#1 was sent to orders and received from invoices by c1");
    }

    @Test
    void shouldReportAMessageOfAnotherPriority() {
        send(1);
        auto("c1").received(QUEUE, "p1", 1, 9, digest(1), false, 1);

        assertBroken(Rule.NOTHING_ALTERED, "p1#1 was sent with priority 4 and received with 9 by c1");
    }

    @Test
    void shouldReportAMessageWithAnotherContent() {
        send(1);
        auto("c1").received(QUEUE, "p1", 1, PRIORITY, 0xbad, false, 1);

        assertBroken(Rule.NOTHING_ALTERED, "p1#1 was received with another content by c1 (digest bad, sent 3e9)");
    }

    @Test
    void shouldReportAConfirmedMessageThatComesAgainAfterAKill() {
        final ConsumerLog client = client("c1");
        send(1);
        receive(client, 1);
        acknowledge(client);
        history.brokerKilled();
        receiveAgain(history.consumerOpened("c2", 1, true), 1);

        assertBroken(
                Rule.ACKNOWLEDGED_ONCE,
                "p1#1 was handed to c1 (broker life 0), its acknowledgement was confirmed, and it came again to c2");
    }

    @Test
    void shouldReportAnAutoAcknowledgedMessageThatComesAgainAfterAProvenExchange() {
        final ConsumerLog auto = auto("c1");
        send(2);
        receive(auto, 1);
        acknowledge(auto);
        receive(auto, 2);
        history.brokerKilled();
        final ConsumerLog next = history.consumerOpened("c2", 1, true);
        receiveAgain(next, 1, 2);

        assertBroken(Rule.ACKNOWLEDGED_ONCE, "p1#1 was handed to c1");
    }

    @Test
    void shouldAcceptThatAutoAcknowledgedMessagesInDoubtComeAgainAfterAKill() {
        final ConsumerLog auto = auto("c1");
        send(2);
        receive(auto, 1, 2);
        history.brokerKilled();
        receiveAgain(history.consumerOpened("c2", 1, true), 2);

        assertClean();
    }

    @Test
    void shouldAcceptThatAnAcknowledgementInDoubtWasStoredOrNot() {
        final ConsumerLog client = client("c1");
        send(2);
        receive(client, 1, 2);
        client.acknowledging();
        history.brokerKilled();
        receiveAgain(history.consumerOpened("c2", 1, true), 2);

        assertClean();
    }

    @Test
    void shouldKeepWhatCameAfterAnAcknowledgementBeganOutOfItsConfirmation() {
        final ConsumerLog client = client("c1");
        send(2);
        receive(client, 1);
        client.acknowledging();
        receive(client, 2);
        client.acknowledged();
        history.brokerKilled();
        receiveAgain(history.consumerOpened("c2", 1, true), 2);

        assertClean();
    }

    @Test
    void shouldReportAMessageThatComesTwiceWhileNothingFailed() {
        send(1);
        receive(auto("c1"), 1);
        receive(auto("c2"), 1);

        assertBroken(Rule.NOT_DOUBLED, "p1#1 was handed to c1 (broker life 0) and then to c2 (broker life 0)");
    }

    @Test
    void shouldReportAMessageThatComesTwiceInALaterLife() {
        send(1);
        history.brokerKilled();
        receiveAgain(history.consumerOpened("c1", 1, true), 1);
        receiveAgain(history.consumerOpened("c2", 1, true), 1);

        assertBroken(Rule.NOT_DOUBLED, "c1 (broker life 1) and then to c2 (broker life 1)");
    }

    @Test
    void shouldReportARedeliveryAfterAKillWithoutTheFlag() {
        final ConsumerLog client = client("c1");
        send(1);
        receive(client, 1);
        history.brokerKilled();
        receive(history.consumerOpened("c2", 1, true), 1);

        assertBroken(Rule.REDELIVERY_FLAGGED, "came again to c2 (broker life 1) without JMSRedelivered");
    }

    @Test
    void shouldAcceptARedeliveryAfterAConsumerLeftOrWasKilled() {
        final ConsumerLog client = client("c1");
        send(2);
        receive(client, 1, 2);
        client.departing();
        receiveAgain(auto("c2"), 1, 2);

        assertClean();
    }

    @Test
    void shouldReportARedeliveryAfterAConsumerLeftWithoutTheFlag() {
        final ConsumerLog client = client("c1");
        send(1);
        receive(client, 1);
        client.departing();
        receive(auto("c2"), 1);

        assertBroken(Rule.REDELIVERY_FLAGGED, "p1#1 was handed to c1 (broker life 0) and came again to c2");
    }

    @Test
    void shouldOrderReceivesByTheLifeOfTheirConnectionAndNotByWhenTheyWereWrittenDown() {
        final ConsumerLog late = client("c1");
        send(1);
        history.brokerKilled();
        receiveAgain(history.consumerOpened("c2", 1, true), 1);
        receive(late, 1);

        assertClean();
    }

    @Test
    void shouldReportAFlagWithoutAReason() {
        send(1);
        receiveAgain(auto("c1"), 1);

        assertBroken(Rule.FLAG_HAS_A_REASON, "p1#1 came to c1 (broker life 0) for the first time, nothing had failed");
    }

    @Test
    void shouldAcceptAFlaggedFirstDeliveryAfterAKill() {
        send(1);
        history.brokerKilled();
        receiveAgain(history.consumerOpened("c1", 1, true), 1);

        assertClean();
    }

    @Test
    void shouldReportADeliveryCountThatContradictsTheFlag() {
        send(1);
        auto("c1").received(QUEUE, "p1", 1, PRIORITY, digest(1), false, 2);

        assertBroken(Rule.COUNT_AGREES, "with JMSRedelivered=false and JMSXDeliveryCount=2");
    }

    @Test
    void shouldReportFirstDeliveriesOutOfOrderAtOneConsumer() {
        final ConsumerLog auto = auto("c1");
        send(3);
        receive(auto, 1, 3, 2);

        assertBroken(Rule.ORDER_KEPT, "p1#2 came to c1 (broker life 0) after p1#3 of the same producer");
    }

    @Test
    void shouldReportOrderThatIsLostAcrossAKill() {
        send(3);
        history.brokerKilled();
        final ConsumerLog auto = history.consumerOpened("c1", 1, true);
        receiveAgain(auto, 1, 3, 2);

        assertBroken(Rule.ORDER_KEPT, "p1#2 came to c1 (broker life 1) after p1#3");
    }

    @Test
    void shouldCompareOrderOnlyWithinOneProducerAndPriority() {
        final ProducerLog other = history.producer("p2");
        final ConsumerLog auto = auto("c1");
        send(1);
        producer.answered(producer.started(QUEUE, 9, true, digest(2)));
        other.answered(other.started(QUEUE, PRIORITY, true, digest(1)));
        auto.received(QUEUE, "p1", 2, 9, digest(2), false, 1);
        receive(auto, 1);
        auto.received(QUEUE, "p2", 1, PRIORITY, digest(1), false, 1);

        assertClean();
    }

    @Test
    void shouldLeaveRedeliveriesOutOfTheOrder() {
        final ConsumerLog gone = client("c1");
        final ConsumerLog auto = auto("c2");
        send(3);
        receive(gone, 1);
        receive(auto, 2, 3);
        gone.departing();
        receiveAgain(auto, 1);

        assertClean();
    }

    @Test
    void shouldAcceptThatWhatALeavingConsumerGaveBackComesLate() {
        final ConsumerLog gone = client("c1");
        final ConsumerLog auto = auto("c2");
        send(3);
        receive(auto, 3);
        gone.departing();
        receive(auto, 1, 2);

        assertClean();
    }

    @Test
    void shouldNotExcuseLateMessagesByAConsumerThatCameLater() {
        final ConsumerLog auto = auto("c1");
        send(2);
        receive(auto, 2);
        final ConsumerLog visitor = client("c2");
        visitor.departing();
        receive(auto, 1);

        assertBroken(Rule.ORDER_KEPT, "p1#1 came to c1");
    }

    @Test
    void shouldNameRunSizeAndTheFirstViolationsOfEachRule() {
        send(20);
        history.brokerKilled();

        final Report report = check();
        assertThat(report.violations()).hasSize(20);
        assertThat(report.toString())
                .startsWith("seed 42: 20 violations in 20 sends answered, 0 in doubt, 0 messages received")
                .contains("NOTHING_LOST (20): an answered persistent send must be received", "p1#5 to orders")
                .doesNotContain("p1#6 to orders");
        assertThatThrownBy(report::assertClean)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 42");
    }

    private ConsumerLog client(String name) {
        return history.consumerOpened(name, 0, false);
    }

    private ConsumerLog auto(String name) {
        return history.consumerOpened(name, 0, true);
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            producer.answered(startSend());
        }
    }

    private long startSend() {
        return producer.started(QUEUE, PRIORITY, true, digest(producer.sends().size() + 1L));
    }

    private static void receive(ConsumerLog consumer, long... sequences) {
        for (final long sequence : sequences) {
            consumer.received(QUEUE, "p1", sequence, PRIORITY, digest(sequence), false, 1);
        }
    }

    private static void receiveAgain(ConsumerLog consumer, long... sequences) {
        for (final long sequence : sequences) {
            consumer.received(QUEUE, "p1", sequence, PRIORITY, digest(sequence), true, 2);
        }
    }

    private static void acknowledge(ConsumerLog consumer) {
        consumer.acknowledging();
        consumer.acknowledged();
    }

    private static long digest(long sequence) {
        return 1000 + sequence;
    }

    private Report check() {
        return HistoryChecker.check("seed 42", history.story());
    }

    private void assertClean() {
        check().assertClean();
    }

    private void assertBroken(Rule rule, String sentencePart) {
        final Report report = check();
        assertThat(report.violations()).as(report.toString()).singleElement().satisfies(violation -> {
            assertThat(violation.rule()).isEqualTo(rule);
            assertThat(violation.sentence()).contains(sentencePart);
        });
    }
}
