package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConnectionHeader.GetStatus;
import io.ansermq.remoting.protocol.ConnectionHeader.Status;
import io.ansermq.remoting.protocol.ConsumingHeader.CloseConsumer;
import io.ansermq.remoting.protocol.ConsumingHeader.Fetch;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ConsumingHeader.Release;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribe;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Consumers with selectors, and browsers, over a real log. */
class SelectionTest extends OneQueueFixture {

    private static final int URGENT = DestinationState.laneOfPriority(9);

    private void select(final int consumer, final String selector, final int credit) {
        client.subscribe(SubscriptionType.QUEUE, consumer, queue, selector, false, credit);
    }

    private void browse(final int consumer, final String selector, final int credit) {
        client.subscribe(SubscriptionType.BROWSER, consumer, queue, selector, false, credit);
    }

    private void sendColored(final String... colorsOfTexts) {
        for (final String text : colorsOfTexts) {
            client.properties("color", text.substring(0, text.length() - 1));
            client.send(queue, text);
        }
        broker.settle();
    }

    /** So many messages, of which every hundredth is red; their texts are their numbers. */
    private void sendOneRedInAHundred(final int count) {
        for (int i = 0; i < count; i++) {
            client.properties("color", i % 100 == 50 ? "red" : "grey");
            client.send(queue, Integer.toString(i));
            if (i % 100 == 99) {
                broker.settle();
            }
        }
        broker.settle();
    }

    private Object lastAnswer() {
        return client.answers.get(client.answers.size() - 1);
    }

    private long backlog() {
        client.request(new GetStatus());
        broker.settle();
        return ((Status) lastAnswer()).destinations().get(0).backlog();
    }

    private List<String> textsOf(final int consumer) {
        return client.deliveries.stream()
                .filter(delivered -> delivered.consumer() == consumer)
                .map(CoreFixture.Delivered::text)
                .toList();
    }

    @Test
    void shouldLeaveWhatDoesNotMatchInItsPlaceAndOrder() {
        sendColored("red1", "blue1", "red2", "blue2", "blue3");
        select(1, "color = 'red'", 10);
        assertThat(client.texts()).containsExactly("red1", "red2");
        client.subscribe(2, queue, 10);
        assertThat(textsOf(2)).containsExactly("blue1", "blue2", "blue3");
    }

    @Test
    void shouldDeliverMatchesAsTheyArrive() {
        select(1, "color = 'red'", 10);
        sendColored("blue1", "red1", "blue2", "red2");
        assertThat(client.texts()).containsExactly("red1", "red2");
    }

    @Test
    void shouldFindEachMatchBehindALongBacklogInOrder() {
        sendOneRedInAHundred(5_000);
        select(1, "color = 'red'", 1_000);
        broker.settle();
        broker.settle();
        assertThat(client.texts())
                .isEqualTo(IntStream.range(0, 50)
                        .mapToObj(i -> Integer.toString(100 * i + 50))
                        .toList());
    }

    @Test
    void shouldServeOthersWhileItLooksThroughABacklog() {
        sendOneRedInAHundred(2_000);
        client.request(new Subscribe(1, queue, SubscriptionType.QUEUE, null, "color = 'none'", false, 10, 1 << 20));
        client.request(new Subscribe(2, queue, SubscriptionType.QUEUE, null, null, false, 3, 1 << 20));
        broker.core();
        broker.log();
        broker.core();
        broker.core();
        assertThat(textsOf(2)).containsExactly("0", "1", "2");
    }

    @Test
    void shouldShareAmongConsumersOfTheSameSelector() {
        select(1, "color = 'red'", 1);
        select(2, "(color)='red'", 1);
        sendColored("red1", "red2", "red3");
        assertThat(client.texts()).containsExactly("red1", "red2");
        assertThat(client.deliveries)
                .extracting(CoreFixture.Delivered::consumer)
                .containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void shouldGiveAMessageToOneOnlyOfTwoSelectorsThatMatch() {
        select(1, "color LIKE 'r%'", 10);
        select(2, "color LIKE '%d'", 10);
        sendColored("red1", "red2", "red3");
        assertThat(client.texts()).containsExactlyInAnyOrder("red1", "red2", "red3");
    }

    @Test
    void shouldDeliverInOrderAgainWhatWasGivenBack() {
        sendColored("red1", "blue1", "red2", "red3");
        select(1, "color = 'red'", 2);
        client.request(new Release(1, 2));
        client.request(new Flow(1, 10, 0, 2));
        broker.settle();
        assertThat(client.texts()).containsExactly("red1", "red2", "red1", "red2", "red3");
        assertThat(client.deliveries)
                .extracting(CoreFixture.Delivered::deliveriesBefore)
                .containsExactly(0, 0, 1, 1, 0);
    }

    @Test
    void shouldOfferWhatAPlainConsumerGaveBack() {
        sendColored("blue1", "red1", "red2");
        client.subscribe(1, queue, 10);
        select(2, "color = 'red'", 10);
        assertThat(textsOf(2)).isEmpty();
        client.request(new CloseConsumer(1, 0));
        broker.settle();
        assertThat(textsOf(2)).containsExactly("red1", "red2");
    }

    @Test
    void shouldOfferManyThatCameBackAtOnce() {
        sendOneRedInAHundred(1_000);
        client.subscribe(1, queue, 1_000);
        select(2, "color = 'red'", 1_000);
        client.request(new CloseConsumer(1, 0));
        broker.settle();
        assertThat(textsOf(2))
                .isEqualTo(IntStream.range(0, 10)
                        .mapToObj(i -> Integer.toString(100 * i + 50))
                        .toList());
    }

    @Test
    void shouldSettleOutOfOrder() {
        sendColored("blue1", "red1", "blue2", "red2");
        select(1, "color = 'red'", 10);
        client.acknowledge(true, 1, 0, 1, 1);
        client.acknowledge(true, 1, 0, 3, 3);
        broker.settle();
        broker.restart();
        client = broker.client();
        client.subscribe(2, queue, 10);
        assertThat(client.texts()).containsExactly("blue1", "blue2");
    }

    @Test
    void shouldServeHigherPrioritiesFirst() {
        client.properties("color", "red");
        client.send(queue, "normal");
        client.send(queue, URGENT, 0, "urgent");
        broker.settle();
        select(1, "color = 'red'", 10);
        assertThat(client.texts()).containsExactly("urgent", "normal");
    }

    @Test
    void shouldDecideTypesWithoutReading() {
        client.properties("TAGS", "order");
        client.send(queue, "a");
        client.properties("TAGS", "bill");
        client.send(queue, "b");
        select(1, "JMSType = 'bill'", 10);
        assertThat(client.texts()).containsExactly("b");
    }

    @Test
    void shouldBringRepliesToThoseWhoWaitForThem() {
        client.properties("JMSCorrelationID", "r2");
        client.send(queue, "early");
        broker.settle();
        for (int i = 1; i <= 100; i++) {
            select(i, "JMSCorrelationID = 'r" + i + "'", 10);
        }
        assertThat(client.texts()).containsExactly("early");
        for (int i = 100; i > 0; i--) {
            client.properties("JMSCorrelationID", "r" + i);
            client.send(queue, "reply " + i);
        }
        client.properties("UNIQ_KEY", "0A");
        client.send(queue, "nobody's");
        broker.settle();
        for (int i = 1; i <= 100; i++) {
            assertThat(textsOf(i)).endsWith("reply " + i).hasSize(i == 2 ? 2 : 1);
        }
        select(101, "JMSMessageID = 'ID:0A'", 10);
        assertThat(textsOf(101)).containsExactly("nobody's");
    }

    @Test
    void shouldBringAReplyThatCameBackToItsNextConsumer() {
        select(1, "JMSCorrelationID = 'x'", 10);
        client.properties("JMSCorrelationID", "x");
        client.send(queue, "reply");
        broker.settle();
        client.request(new CloseConsumer(1, 0));
        select(2, "JMSCorrelationID = 'x'", 10);
        assertThat(textsOf(2)).containsExactly("reply");
        client.request(new Release(2, 0));
        broker.settle();
        assertThat(textsOf(2)).containsExactly("reply", "reply");
    }

    @Test
    void shouldRefuseWhatIsNoSelector() {
        select(1, "color = ", 10);
        assertThat(lastAnswer())
                .isEqualTo(new Failure(
                        ErrorCodes.INVALID_SELECTOR,
                        "the selector color =  is not valid at character 9: a value, a name or '(' expected, not the"
                                + " end"));
        select(1, "color = 'red'", 10);
        sendColored("red1");
        assertThat(client.texts()).containsExactly("red1");
    }

    @Test
    void shouldTakeAnEmptySelectorForNone() {
        select(1, "  ", 10);
        sendColored("red1");
        assertThat(client.texts()).containsExactly("red1");
    }

    @Test
    void shouldAnswerAFetchWhenAllWasLookedAt() {
        sendOneRedInAHundred(3_000);
        select(1, "color = 'red'", 0);
        for (int i = 0; i < 31; i++) {
            client.answers.clear();
            client.request(new Flow(1, 1, 1 << 20, i));
            client.request(new Fetch(1));
            broker.settle();
            broker.settle();
            assertThat(client.answers).containsExactly(new Done());
            assertThat(client.deliveries).hasSize(Math.min(i + 1, 30));
        }
    }

    @Test
    void shouldBeDoneWithWhatASubscriptionDoesNotWant() {
        client.topic = "t";
        final int topic = client.open(DestinationKind.TOPIC, "t");
        client.subscribe(SubscriptionType.VOLATILE, 1, topic, "color = 'red'", false, 10);
        client.properties("color", "blue");
        client.send(topic, "a", "b");
        client.properties("color", "red");
        client.send(topic, "c");
        client.properties("color", "blue");
        client.send(topic, "d");
        broker.settle();
        assertThat(client.texts()).containsExactly("c");
        client.acknowledge(true, 1, 0, 2, 2);
        broker.settle();
        client.request(new GetStatus());
        broker.settle();
        assertThat(((Status) lastAnswer()).destinations().get(1).backlog()).isZero();
    }

    @Test
    void shouldKeepFromASubscriberWhatItsOwnConnectionSent() {
        client.topic = "t";
        final int topic = client.open(DestinationKind.TOPIC, "t");
        client.subscribe(SubscriptionType.VOLATILE, 1, topic, null, true, 10);
        client.subscribe(SubscriptionType.VOLATILE, 2, topic, null, false, 10);
        client.properties("__JMS_ORIGIN", client.origin());
        client.send(topic, "own");
        client.properties("__JMS_ORIGIN", "#another");
        client.send(topic, "other's");
        broker.settle();
        assertThat(textsOf(1)).containsExactly("other's");
        assertThat(textsOf(2)).containsExactly("own", "other's");
    }

    // ---- Browsers

    @Test
    void shouldBrowseWhatNobodyHasSettledInOrder() {
        sendColored("red1", "blue1", "red2", "blue2");
        client.properties();
        client.send(queue, URGENT, 0, "urgent");
        broker.settle();
        client.subscribe(1, queue, 2);
        client.acknowledge(true, 1, URGENT, 0, 0);
        broker.settle();
        browse(2, null, 100);
        browse(3, "color = 'red'", 100);
        // The first red one is with consumer 1, who has not settled it.
        assertThat(textsOf(2)).containsExactly("red1", "blue1", "red2", "blue2");
        assertThat(textsOf(3)).containsExactly("red1", "red2");
        assertThat(backlog()).isEqualTo(4);
        client.request(new CloseConsumer(2, 0));
        client.request(new Flow(1, 10, 1 << 20, 2));
        broker.settle();
        assertThat(textsOf(1)).containsExactly("urgent", "red1", "blue1", "red2", "blue2");
    }

    @Test
    void shouldEndABrowserWhereTheQueueEndedWhenItCame() {
        sendOneRedInAHundred(300);
        browse(1, null, 0);
        client.send(queue, "late");
        broker.settle();
        client.answers.clear();
        client.request(new Flow(1, 500, 1 << 20, 0));
        client.request(new Fetch(1));
        broker.settle();
        broker.settle();
        assertThat(client.answers).containsExactly(new Done());
        assertThat(textsOf(1)).hasSize(300).doesNotContain("late").startsWith("0", "1", "2");
    }

    @Test
    void shouldBrowseAQueueThatNobodyConsumesFrom() {
        browse(1, "color = 'red'", 10);
        client.answers.clear();
        client.request(new Fetch(1));
        broker.settle();
        assertThat(client.answers).containsExactly(new Done());
    }
}
