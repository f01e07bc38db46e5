package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConnectionHeader.GetStatus;
import io.ansermq.remoting.protocol.ConnectionHeader.Ping;
import io.ansermq.remoting.protocol.ConnectionHeader.Status;
import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ConsumingHeader.AckDone;
import io.ansermq.remoting.protocol.ConsumingHeader.CloseConsumer;
import io.ansermq.remoting.protocol.ConsumingHeader.Fetch;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ConsumingHeader.Release;
import io.ansermq.remoting.protocol.ConsumingHeader.ReleaseUnseen;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.SendingHeader.SendFailed;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The core agent over a real log, turned by hand. */
class CoreTest extends OneQueueFixture {

    @Test
    void shouldAnswerAndDeliverASendOnlyWhenTheLogHasCommittedIt() {
        client.subscribe(1, queue, 10);
        client.send(queue, "a");
        broker.core();
        broker.core();
        assertThat(client.settledSequence).isZero();
        assertThat(client.deliveries).isEmpty();
        broker.settle();
        assertThat(client.settledSequence).isEqualTo(1);
        assertThat(client.texts()).containsExactly("a");
    }

    @Test
    void shouldDeliverInOrderWithTagsAndOffsets() {
        client.send(queue, "a", "b", "c");
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).containsExactly("a", "b", "c");
        assertThat(client.deliveries).extracting(CoreFixture.Delivered::tag).containsExactly(1L, 2L, 3L);
        assertThat(client.deliveries).extracting(CoreFixture.Delivered::offset).containsExactly(0L, 1L, 2L);
    }

    @Test
    void shouldReturnTheMemoryOfWhatItHasTaken() {
        client.send(queue, "a", "b", "c");
        assertThat(client.unconsumed).isPositive();
        broker.settle();
        assertThat(client.unconsumed).isZero();
    }

    @Test
    void shouldDeliverNoMoreThanTheCredit() {
        client.send(queue, "a", "b", "c");
        client.subscribe(1, queue, 2);
        assertThat(client.texts()).containsExactly("a", "b");
        client.request(new Flow(1, 1, 0, 0));
        broker.settle();
        assertThat(client.texts()).containsExactly("a", "b", "c");
    }

    @Test
    void shouldServeHigherPrioritiesFirst() {
        client.send(queue, DestinationState.laneOfPriority(4), 0, "normal");
        client.send(queue, DestinationState.laneOfPriority(9), 0, "urgent");
        client.send(queue, DestinationState.laneOfPriority(0), 0, "idle");
        broker.settle();
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).containsExactly("urgent", "normal", "idle");
    }

    @Test
    void shouldNotGiveOneMessageToTwoCompetingConsumers() {
        client.subscribe(1, queue, 1);
        client.subscribe(2, queue, 1);
        client.send(queue, "a", "b");
        broker.settle();
        assertThat(client.texts()).containsExactlyInAnyOrder("a", "b");
        assertThat(client.deliveries)
                .extracting(CoreFixture.Delivered::consumer)
                .containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void shouldGiveEachTopicConsumerEveryMessageSentAfterItCame() {
        client.topic = "t";
        final int topic = client.open(DestinationKind.TOPIC, "t");
        client.send(topic, "early");
        client.subscribe(1, topic, 10);
        client.send(topic, "x");
        client.subscribe(2, topic, 10);
        client.send(topic, "y");
        broker.settle();
        assertThat(client.deliveries)
                .extracting(d -> d.consumer() + d.text())
                .containsExactlyInAnyOrder("1x", "1y", "2y");
    }

    @Test
    void shouldConfirmAcknowledgementsWhenTheyAreStored() {
        client.send(queue, "a", "b");
        client.subscribe(1, queue, 10);
        client.answers.clear();
        client.acknowledge(true, 1, 0, 0, 1);
        broker.core();
        assertThat(client.answers).isEmpty();
        broker.settle();
        assertThat(client.answers).containsExactly(new AckDone(0));
    }

    @Test
    void shouldRefuseAnAcknowledgementOfAMessageThatWasNeverDelivered() {
        client.send(queue, "a");
        client.subscribe(1, queue, 10);
        client.answers.clear();
        client.acknowledge(true, 1, 0, 0, 4);
        broker.settle();
        assertThat(client.answers).containsExactly(new AckDone(4));
    }

    @Test
    void shouldRedeliverReleasedMessagesInOrderBeforeNewOnes() {
        client.send(queue, "a", "b", "c");
        client.subscribe(1, queue, 2);
        client.deliveries.clear();
        client.request(new Release(1, 1));
        broker.settle();
        assertThat(client.texts())
                .as("the credit of b came back, that of a did not")
                .containsExactly("a");
        client.request(new Flow(1, 10, 1000, 0));
        broker.settle();
        assertThat(client.texts()).containsExactly("a", "b", "c");
        assertThat(client.deliveries)
                .extracting(CoreFixture.Delivered::deliveriesBefore)
                .containsExactly(1, 0, 0);
    }

    @Test
    void shouldTakeTurnsThoughCreditComesInBetween() {
        final CoreFixture.Client other = broker.client();
        client.subscribe(1, queue, 10);
        other.subscribe(1, queue, 10);
        for (final String text : new String[] {"a", "b", "c", "d"}) {
            client.send(queue, text);
            broker.settle();
            client.request(new Flow(1, 1, 10, 0));
            broker.settle();
        }
        assertThat(client.texts()).hasSize(2);
        assertThat(other.texts()).hasSize(2);
    }

    @Test
    void shouldReturnWhatNobodyHasSeenToItsPlaceAndSendNoMore() {
        client.send(queue, "a", "b", "c", "d");
        client.subscribe(1, queue, 3);
        client.request(new Flow(1, 0, 0, 1));
        client.deliveries.clear();
        client.request(new ReleaseUnseen(1, 2));
        broker.settle();
        final CoreFixture.Client other = broker.client();
        other.subscribe(1, queue, 10);
        assertThat(other.texts()).containsExactly("b", "c", "d");
        assertThat(other.deliveries)
                .as("they count as never delivered")
                .extracting(CoreFixture.Delivered::deliveriesBefore)
                .containsExactly(0, 0, 0);
        assertThat(client.deliveries).as("its credit is gone").isEmpty();

        client.answers.clear();
        client.acknowledge(true, 1, 0, 0, 0);
        broker.settle();
        assertThat(client.answers).as("it still has what it has seen").containsExactly(new AckDone(0));
    }

    @Test
    void shouldGiveWhatAVanishedClientHeldToTheOthers() {
        client.send(queue, "a", "b");
        client.subscribe(1, queue, 10);
        final CoreFixture.Client other = broker.client();
        other.subscribe(1, queue, 10);
        assertThat(other.deliveries).isEmpty();
        client.vanish();
        assertThat(other.texts()).containsExactly("a", "b");
        assertThat(other.deliveries)
                .as("nobody knows what its application was given")
                .extracting(CoreFixture.Delivered::deliveriesBefore)
                .containsExactly(1, 1);
    }

    @Test
    void shouldKeepAnAcceptedAcknowledgementWhenItsClientVanishes() {
        client.send(queue, "a", "b");
        client.subscribe(1, queue, 10);
        client.acknowledge(false, 1, 0, 0, 0);
        client.vanish();
        final CoreFixture.Client other = broker.client();
        other.subscribe(1, queue, 10);
        assertThat(other.texts()).containsExactly("b");
    }

    @Test
    void shouldAnswerAFetchAfterTheDeliveriesItCaused() {
        client.subscribe(1, queue, 10);
        client.send(queue, "a");
        broker.settle();
        client.answers.clear();
        client.request(new Fetch(1));
        broker.settle();
        assertThat(client.texts()).containsExactly("a");
        assertThat(client.answers).containsExactly(new Done());
    }

    @Test
    void shouldForgetAConsumerThatClosed() {
        client.subscribe(1, queue, 10);
        client.request(new CloseConsumer(1, 0));
        client.send(queue, "a");
        broker.settle();
        assertThat(client.deliveries).isEmpty();
    }

    @Test
    void shouldAnswerAnOrderlyCloseOnlyWhenTheAcknowledgementsBeforeItAreStored() {
        client.send(queue, "a", "b");
        client.subscribe(1, queue, 10);
        client.answers.clear();
        client.acknowledge(false, 1, 0, 0, 0);
        client.request(new CloseConsumer(1, 1));
        broker.core();
        assertThat(client.answers).isEmpty();
        broker.settle();
        assertThat(client.answers).containsExactly(new Done());
    }

    @Test
    void shouldRefuseASendToAnUnknownDestinationAndSettleIt() {
        client.answers.clear();
        client.send(77, "a", "b");
        broker.settle();
        assertThat(client.answers).hasOnlyElementsOfType(SendFailed.class).hasSize(1);
        assertThat(client.settledSequence).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhatIsNotARequest() {
        client.answers.clear();
        client.request(new Ping());
        broker.settle();
        assertThat(client.answers).hasOnlyElementsOfType(Failure.class).hasSize(1);
    }

    @Test
    void shouldReportItsDestinations() {
        client.send(queue, "a", "b", "c");
        client.subscribe(1, queue, 1);
        client.answers.clear();
        client.request(new GetStatus());
        broker.settle();
        final Status status = (Status) client.answers.get(0);
        assertThat(status.destinations()).singleElement().satisfies(q -> {
            assertThat(q.name()).isEqualTo("q");
            assertThat(q.backlog()).isEqualTo(3);
            assertThat(q.inFlight()).isEqualTo(1);
            assertThat(q.consumers()).isEqualTo(1);
        });
    }

    @Test
    void shouldForgetNothingAndRepeatNothingAcknowledgedAfterARestart() {
        client.send(queue, "a", "b", "c", "d");
        client.subscribe(1, queue, 3);
        client.acknowledge(true, 1, 0, 1, 1);
        broker.settle();
        broker.restart();
        final CoreFixture.Client later = broker.client();
        assertThat(later.open(DestinationKind.QUEUE, "q")).isEqualTo(queue);
        later.subscribe(1, queue, 10);
        assertThat(later.texts()).containsExactly("a", "c", "d");
        assertThat(later.deliveries)
                .as("what may have been delivered before is marked so")
                .extracting(d -> d.deliveriesBefore() > 0)
                .containsExactly(true, true, true);
    }

    @Test
    void shouldNotMarkAMessageSentAfterARestartAsRedelivered() {
        client.send(queue, "a");
        client.subscribe(1, queue, 10);
        broker.restart();
        final CoreFixture.Client later = broker.client();
        later.send(queue, "b");
        later.subscribe(1, queue, 10);
        assertThat(later.deliveries)
                .extracting(d -> d.text() + (d.deliveriesBefore() > 0))
                .containsExactly("atrue", "bfalse");
    }

    @Test
    void shouldMarkNothingButWhatWasSentAfterAnOrderlyEnd() {
        client.send(queue, "a", "b", "c", "d");
        client.subscribe(1, queue, 2);
        client.acknowledge(true, 1, 0, 0, 0);
        client.vanish();
        broker.stopAndStart();
        broker.stopAndStart();
        final CoreFixture.Client later = broker.client();
        later.send(queue, "e");
        later.subscribe(1, queue, 10);
        assertThat(later.deliveries)
                .extracting(d -> d.text() + d.deliveriesBefore())
                .containsExactly("b1", "c0", "d0", "e0");
    }

    @Test
    void shouldMarkAfterAnOrderlyEndWhatACrashHasLeftInDoubt() {
        client.send(queue, "a", "b");
        client.subscribe(1, queue, 1);
        broker.restart();
        broker.stopAndStart();
        final CoreFixture.Client later = broker.client();
        later.send(queue, "c");
        later.subscribe(1, queue, 10);
        assertThat(later.deliveries)
                .extracting(d -> d.text() + d.deliveriesBefore())
                .containsExactly("a1", "b1", "c0");
    }

    @Test
    void shouldDropNonPersistentMessagesAtARestartAndAcknowledgeThem() {
        client.send(queue, 0, MessageLayout.SYS_FLAG_NON_PERSISTENT, "gone");
        client.send(queue, "kept");
        broker.settle();
        broker.restart();
        final CoreFixture.Client later = broker.client();
        later.subscribe(1, queue, 10);
        assertThat(later.texts()).containsExactly("kept");
        later.answers.clear();
        later.request(new GetStatus());
        broker.settle();
        assertThat(((Status) later.answers.get(0)).destinations().get(0).backlog())
                .isEqualTo(1);
    }

    @Test
    void shouldRecoverFromAnImageAndWhatCameAfterIt() {
        client.send(queue, "a", "b", "c");
        client.subscribe(1, queue, 2);
        client.acknowledge(true, 1, 0, 0, 0);
        broker.settle();
        broker.saveImage();
        client.acknowledge(true, 1, 0, 1, 1);
        client.send(queue, "d");
        broker.settle();
        broker.restart();
        final CoreFixture.Client later = broker.client();
        assertThat(later.open(DestinationKind.QUEUE, "q")).isEqualTo(queue);
        later.subscribe(1, queue, 10);
        assertThat(later.texts()).containsExactly("c", "d");
    }

    @Test
    void shouldGoOnDeliveringAndAcknowledgingWhileProducersWaitForRoom() {
        client.subscribe(1, queue, 1000);
        final String big = "x".repeat(100_000);
        for (int i = 0; i < 30; i++) {
            client.send(queue, big);
        }
        broker.core();
        broker.core();
        assertThat(client.unconsumed)
                .as("the staging buffer is full, the rest waits")
                .isPositive();
        broker.settle();
        broker.settle();
        assertThat(client.unconsumed).isZero();
        assertThat(client.settledSequence).isEqualTo(30);
        assertThat(client.texts()).hasSize(11);
        client.request(new Flow(1, 0, 1 << 30, 11));
        broker.settle();
        assertThat(client.texts()).isEqualTo(List.copyOf(java.util.Collections.nCopies(30, big)));
    }

    @Test
    void shouldGiveBackTheSegmentsThatEverybodyHasConsumed() {
        client.subscribe(1, queue, 1000);
        final String big = "x".repeat(100_000);
        for (int i = 0; i < 60; i++) {
            client.send(queue, big);
            broker.settle();
            client.request(new Flow(1, 1, 200_000, 0));
            client.acknowledge(false, 1, 0, i, i);
            broker.settle();
        }
        broker.saveImage();
        broker.saveImage();
        broker.passSeconds(2);
        assertThat(broker.logStart()).isGreaterThan(2 << 20);

        client.send(queue, "after");
        broker.settle();
        broker.restart();
        final CoreFixture.Client later = broker.client();
        later.subscribe(1, queue, 10);
        assertThat(later.texts()).containsExactly("after");
    }

    @Test
    void shouldKeepTheSegmentsThatOneConsumerStillNeeds() {
        client.send(queue, "first");
        final CoreFixture.Client other = broker.client();
        other.topic = "p";
        final int passing = other.open(DestinationKind.QUEUE, "p");
        other.subscribe(1, passing, 1000);
        final String big = "x".repeat(100_000);
        for (int i = 0; i < 60; i++) {
            other.send(passing, big);
            broker.settle();
            other.request(new Flow(1, 1, 200_000, 0));
            other.acknowledge(false, 1, 0, i, i);
            broker.settle();
        }
        broker.saveImage();
        broker.saveImage();
        broker.passSeconds(2);
        assertThat(broker.logStart()).isZero();
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).containsExactly("first");
    }

    @Test
    void shouldServeLanesWithoutPrioritiesInTurn() {
        assertThat(broker.desk().createTopic("many", 300)).isNull();
        broker.settle();
        client.topic = "many";
        final int many = client.open(DestinationKind.TOPIC, "many");
        client.subscribe(1, many, 1000);
        for (int lane = 0; lane < 300; lane += 100) {
            for (int i = 0; i < 100; i++) {
                client.send(many, lane, 0, "lane" + lane);
            }
        }
        broker.settle();

        assertThat(client.texts()).hasSize(300);
        assertThat(client.texts().subList(0, 192)).contains("lane0", "lane100", "lane200");
        assertThat(client.deliveries).extracting(CoreFixture.Delivered::lane).containsOnly(0, 100, 200);
    }

    @Test
    void shouldGiveATopicMoreLanes() {
        broker.desk().createTopic("t", 2);
        broker.settle();
        client.topic = "t";
        final int topic = client.open(DestinationKind.TOPIC, "t");
        client.subscribe(1, topic, 10);
        client.send(topic, 7, 0, "in lane 1");
        broker.settle();
        broker.desk().createTopic("t", 8);
        broker.settle();
        client.send(topic, 7, 0, "in lane 7");
        broker.settle();
        assertThat(client.deliveries).extracting(CoreFixture.Delivered::lane).containsExactly(1, 7);

        broker.saveImage();
        broker.restart();
        assertThat(broker.desk().destination("t").lanes()).isEqualTo(8);
    }

    /** A session that acknowledges nothing for very long stops getting messages: that must not be a riddle. */
    @Test
    void shouldSayThatAConsumerHoldsAllTheMessagesItMay() {
        final String[] many = new String[1000];
        Arrays.fill(many, "x");
        for (int i = 0; i < 101; i++) {
            client.send(queue, many);
            broker.settle();
        }
        client.request(new ConsumingHeader.Subscribe(
                1, queue, ConsumingHeader.SubscriptionType.QUEUE, null, null, false, 1_000_000, Integer.MAX_VALUE));
        for (int i = 0; i < 20; i++) {
            broker.settle();
        }
        assertThat(client.deliveries).hasSize(100_000);
        client.answers.clear();
        client.request(new GetStatus());
        broker.settle();
        assertThat(((Status) client.answers.get(0)).figures()).containsEntry("leaseLimitReached", "1");
        client.acknowledge(false, 1, 0, 0, 999);
        for (int i = 0; i < 20; i++) {
            broker.settle();
        }
        assertThat(client.deliveries).hasSize(101_000);
    }
}
