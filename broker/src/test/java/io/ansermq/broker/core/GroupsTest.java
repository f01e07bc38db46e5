package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.ConsumingHeader.CloseConsumer;
import io.ansermq.remoting.protocol.ConsumingHeader.Fetch;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.MessageLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Message groups: one consumer each, in order, while others flow. */
class GroupsTest extends OneQueueFixture {

    /** Texts whose first character is their group; a dash is none. */
    private void send(final String... texts) {
        for (final String text : texts) {
            final String group = text.substring(0, 1);
            if (group.equals("-")) {
                client.properties();
                client.send(queue, 0, 0, text);
            } else {
                client.properties("JMSXGroupID", group);
                client.send(queue, 0, MessageLayout.SYS_FLAG_GROUPED, text);
            }
        }
        broker.settle();
    }

    private List<String> textsOf(final int consumer) {
        return client.deliveries.stream()
                .filter(delivered -> delivered.consumer() == consumer)
                .map(CoreFixture.Delivered::text)
                .toList();
    }

    @Test
    void shouldGiveAGroupToOneConsumerInOrder() {
        client.subscribe(1, queue, 100);
        client.subscribe(2, queue, 100);
        for (int i = 0; i < 20; i++) {
            send("a" + i, "b" + i, "c" + i, "-" + i);
        }
        final Map<String, Integer> owners = new HashMap<>();
        final Map<String, Integer> last = new HashMap<>();
        assertThat(client.deliveries).hasSize(80);
        for (final CoreFixture.Delivered each : client.deliveries) {
            final String group = each.text().substring(0, 1);
            final int number = Integer.parseInt(each.text().substring(1));
            if (!group.equals("-")) {
                assertThat(owners.merge(group, each.consumer(), (old, now) -> old))
                        .isEqualTo(each.consumer());
                assertThat(number).isEqualTo(last.merge(group, 0, (old, one) -> old + 1));
            }
        }
    }

    @Test
    void shouldLetOtherGroupsFlowPastOneWhoseOwnerIsBusy() {
        client.subscribe(1, queue, 1);
        send("a1");
        client.subscribe(2, queue, 100);
        send("a2", "b1", "a3", "b2");
        assertThat(textsOf(1)).containsExactly("a1");
        assertThat(textsOf(2)).containsExactly("b1", "b2");
        client.request(new Flow(1, 10, 1 << 20, 1));
        broker.settle();
        assertThat(textsOf(1)).containsExactly("a1", "a2", "a3");
    }

    @Test
    void shouldHandAGroupOverInOrderWhenItsOwnerLeaves() {
        client.subscribe(1, queue, 2);
        send("a1", "a2", "a3");
        client.subscribe(2, queue, 100);
        send("a4", "b1");
        assertThat(textsOf(2)).containsExactly("b1");
        client.request(new CloseConsumer(1, 0));
        broker.settle();
        assertThat(textsOf(2)).containsExactly("b1", "a1", "a2", "a3", "a4");
    }

    @Test
    void shouldKeepMoreThanARunInOrder() {
        client.subscribe(1, queue, 1);
        send("a0");
        client.subscribe(2, queue, 1);
        for (int i = 1; i < 300; i++) {
            send("a" + i);
        }
        for (int i = 1; i < 300; i++) {
            client.request(new Flow(1, i % 7, 1 << 20, client.deliveries.size()));
            broker.core();
        }
        broker.settle();
        assertThat(textsOf(1))
                .hasSize(300)
                .isSortedAccordingTo((one, other) ->
                        Integer.compare(Integer.parseInt(one.substring(1)), Integer.parseInt(other.substring(1))));
        assertThat(textsOf(2)).isEmpty();
    }

    @Test
    void shouldKeepGroupsAcrossARestart() {
        send("a1", "b1", "a2");
        broker.restart();
        client = broker.client();
        client.subscribe(1, queue, 1);
        client.subscribe(2, queue, 100);
        assertThat(textsOf(1)).containsExactly("a1");
        assertThat(textsOf(2)).containsExactly("b1");
    }

    @Test
    void shouldAnswerAFetchOfAGroupsFirstMessage() {
        send("a1");
        client.subscribe(1, queue, 0);
        client.request(new Flow(1, 1, 1 << 20, 0));
        client.request(new Fetch(1));
        broker.core();
        broker.log();
        broker.core();
        broker.settle();
        assertThat(textsOf(1)).containsExactly("a1");
    }

    @Test
    void shouldKeepGroupsBehindASelector() {
        client.subscribe(SubscriptionType.QUEUE, 1, queue, "JMSXGroupID IS NOT NULL", false, 1);
        send("a1");
        client.subscribe(SubscriptionType.QUEUE, 2, queue, "JMSXGroupID IS NOT NULL", false, 100);
        send("a2", "-1", "b1");
        assertThat(textsOf(1)).containsExactly("a1");
        assertThat(textsOf(2)).containsExactly("b1");
    }
}
