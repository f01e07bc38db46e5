package io.ansermq.broker.ledger;

import static io.ansermq.remoting.protocol.ControlHeader.DestinationKind.QUEUE;
import static io.ansermq.remoting.protocol.ControlHeader.DestinationKind.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.ansermq.broker.ledger.Catalog.Create;
import io.ansermq.broker.ledger.Catalog.Known;
import io.ansermq.broker.ledger.Catalog.Pending;
import io.ansermq.broker.ledger.Catalog.Refused;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogTest {

    private final Catalog catalog = new Catalog(1_000);

    @Test
    void shouldCreateAQueueWithItsSubscription() {
        final Create creation = create(QUEUE, "orders");
        assertThat(creation.destination()).isEqualTo(new Destination(1, QUEUE, "orders", "orders"));
        assertThat(creation.subscription()).isEqualTo(new Subscription(1, 1, Subscription.Kind.QUEUE, "orders"));
        assertThat(catalog.destination(QUEUE, "orders")).isEqualTo(creation.destination());
        assertThat(catalog.destination(1)).isEqualTo(creation.destination());
        assertThat(catalog.destinationOfTopic("orders")).isEqualTo(creation.destination());
        assertThat(catalog.subscription(1)).isEqualTo(creation.subscription());
        assertThat(catalog.queueSubscription(1)).isEqualTo(creation.subscription());
    }

    @Test
    void shouldCreateATopicWithoutSubscription() {
        final Create creation = create(TOPIC, "prices");
        assertThat(creation.subscription()).isNull();
        assertThat(catalog.queueSubscription(creation.destination().id())).isNull();
        assertThat(catalog.destination(QUEUE, "prices")).isNull();
    }

    @Test
    void shouldChangeNothingByDeciding() {
        final Catalog.Decision first = catalog.decideDestination(QUEUE, "a");
        assertThat(catalog.decideDestination(QUEUE, "a")).isEqualTo(first);
        assertThat(catalog.size()).isZero();
        assertThat(catalog.destination(QUEUE, "a")).isNull();
    }

    @Test
    void shouldShowNothingBeforeItIsCommitted() {
        final Create first = (Create) catalog.decideDestination(QUEUE, "a");
        catalog.admit(first);
        assertThat(catalog.destination(QUEUE, "a")).isNull();
        assertThat(catalog.destination(1)).isNull();
        assertThat(catalog.destinationOfTopic("a")).isNull();
        assertThat(catalog.size()).isZero();
        assertThat(catalog.decideDestination(QUEUE, "a")).isEqualTo(new Pending(first.destination()));

        final Create second = (Create) catalog.decideDestination(TOPIC, "a");
        assertThat(second.destination()).isEqualTo(new Destination(2, TOPIC, "a", "%TOPIC%a"));

        catalog.apply(first);
        assertThat(catalog.decideDestination(QUEUE, "a")).isEqualTo(new Known(first.destination()));
    }

    @ParameterizedTest
    @CsvSource({
        "QUEUE, orders,      orders",
        "QUEUE, a-B_9|c,     a-B_9|c",
        "QUEUE, a.b/c d,     a%2Eb%2Fc%20d",
        "TOPIC, 100%,        100%25",
        "TOPIC, Grüße,       Gr%C3%BC%C3%9Fe",
        "QUEUE, 🦆,          %F0%9F%A6%86",
        "QUEUE, DLQ.orders,  %DLQ%orders",
        "QUEUE, DLQ.a.b,     %DLQ%a%2Eb",
        "QUEUE, DLQ.,        DLQ%2E",
        "TOPIC, DLQ.orders,  DLQ%2Eorders",
        "QUEUE, %DLQ%orders, %25DLQ%25orders",
    })
    void shouldNameTheTopic(final DestinationKind kind, final String name, final String topic) {
        assertThat(create(kind, name).destination().topic()).isEqualTo(topic);
    }

    @Test
    void shouldPrefixTheSecondOfAQueueAndATopicOfTheSameName() {
        create(QUEUE, "x.y");
        create(TOPIC, "z");
        assertThat(create(TOPIC, "x.y").destination().topic()).isEqualTo("%TOPIC%x%2Ey");
        final Create queue = create(QUEUE, "z");
        assertThat(queue.destination().topic()).isEqualTo("%QUEUE%z");
        assertThat(queue.subscription()).extracting(Subscription::name).isEqualTo("%QUEUE%z");
        assertThat(catalog.destinationOfTopic("z"))
                .extracting(Destination::kind)
                .isEqualTo(TOPIC);
    }

    @Test
    void shouldLimitNamesByTheirTopicText() {
        assertThat(create(QUEUE, "x".repeat(127)).destination().topic()).hasSize(127);
        assertThat(refused(QUEUE, "y".repeat(128)).text())
                .startsWith("the name of queue '" + "y".repeat(40) + "...' has 128 characters, and 127 is the limit");
        assertThat(refused(QUEUE, "a." + "y".repeat(124)).text()).contains("takes 128 bytes as a RocketMQ topic");
        assertThat(refused(TOPIC, "x".repeat(127)).text())
                .as("the prefix counts")
                .contains("takes 134 bytes");
        assertThat(refused(TOPIC, "").text()).isEqualTo("the name of a topic must not be empty");
        assertThat(refused(TOPIC, "half \uD83E").text()).contains("surrogate");
        assertThat(refused(TOPIC, "").error()).isEqualTo(ErrorCodes.DESTINATION);
    }

    @Test
    void shouldLimitTheNumberOfDestinations() {
        final Catalog small = new Catalog(1);
        small.admit((Create) small.decideDestination(QUEUE, "a"));
        assertThat(small.decideDestination(QUEUE, "b"))
                .asInstanceOf(type(Refused.class))
                .satisfies(refused -> assertThat(refused.error()).isEqualTo(ErrorCodes.RESOURCE_LIMIT))
                .satisfies(refused ->
                        assertThat(refused.text()).contains("queue 'b'").contains("1 destinations"));
        assertThat(small.decideDestination(QUEUE, "a")).isInstanceOf(Pending.class);
    }

    @Test
    void shouldNotChangeWhenARecordComesAgain() {
        for (int i = 0; i < 2; i++) {
            catalog.applyDestination(4, QUEUE, "a", "a");
            catalog.applySubscription(9, 4, 1, "a");
        }
        assertThat(catalog.size()).isEqualTo(1);
        assertThat(create(QUEUE, "b"))
                .isEqualTo(new Create(
                        new Destination(5, QUEUE, "b", "b"), new Subscription(10, 5, Subscription.Kind.QUEUE, "b")));
    }

    @Test
    void shouldStopAtRecordsThatContradictEachOther() {
        catalog.applyDestination(1, QUEUE, "a", "a");
        catalog.applySubscription(1, 1, 1, "a");
        assertThatThrownBy(() -> catalog.applyDestination(1, QUEUE, "b", "b")).hasMessageContaining("contradicts");
        assertThatThrownBy(() -> catalog.applyDestination(2, QUEUE, "a", "a2")).hasMessageContaining("contradicts");
        assertThatThrownBy(() -> catalog.applyDestination(3, TOPIC, "a", "a")).hasMessageContaining("contradicts");
        assertThatThrownBy(() -> catalog.applySubscription(2, 1, 1, "a")).hasMessageContaining("contradicts");
        assertThatThrownBy(() -> catalog.applySubscription(2, 8, 1, "a")).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> catalog.applySubscription(2, 1, 77, "a")).hasMessageContaining("kind 77");
    }

    @Test
    void shouldComeBackFromAnImageInParts() {
        for (int i = 0; i < 100; i++) {
            create(i % 3 == 0 ? TOPIC : QUEUE, "name." + i);
        }
        catalog.admit((Create) catalog.decideDestination(QUEUE, "not committed"));
        final List<byte[]> parts = new ArrayList<>();
        for (int from = 1; from > 0; ) {
            final ByteBuffer part = ByteBuffer.allocate(Catalog.MIN_PART_BYTES);
            from = catalog.encode(from, part);
            parts.add(part.array());
        }
        assertThat(parts).hasSizeGreaterThan(5);

        final Catalog next = new Catalog(1_000);
        for (int i = parts.size() - 1; i >= 0; i--) {
            next.load(ByteBuffer.wrap(parts.get(i)));
        }
        assertThat(destinations(next)).isEqualTo(destinations(catalog)).hasSize(100);
        assertThat(subscriptions(next)).isEqualTo(subscriptions(catalog)).hasSize(66);
        final Create creation = (Create) next.decideDestination(QUEUE, "next");
        assertThat(creation.destination().id())
                .as("numbers are never given twice")
                .isEqualTo(102);
        assertThat(creation.subscription()).extracting(Subscription::id).isEqualTo(68);
    }

    @Test
    void shouldFitTheLargestDestinationIntoTheSmallestPart() {
        for (int i = 0; i < 20; i++) {
            create(QUEUE, i + "x".repeat(127 - String.valueOf(i).length()));
        }
        int parts = 0;
        final Catalog next = new Catalog(100);
        for (int from = 1; from > 0; parts++) {
            final ByteBuffer part = ByteBuffer.allocate(Catalog.MIN_PART_BYTES);
            from = catalog.encode(from, part);
            next.load(part.flip());
        }
        assertThat(parts).isBetween(5, 20);
        assertThat(next.size()).isEqualTo(20);
        assertThatThrownBy(() -> catalog.encode(1, ByteBuffer.allocate(Catalog.MIN_PART_BYTES - 1)))
                .isInstanceOf(BufferOverflowException.class);
    }

    @Test
    void shouldRefuseAnImageOfAnotherVersion() {
        assertThatThrownBy(() -> catalog.load(ByteBuffer.wrap(new byte[] {3, 0, 0})))
                .hasMessageContaining("version 3");
    }

    @Test
    void shouldNumberTheLedgersOfASubscription() {
        assertThat(new Subscription(3, 1, Subscription.Kind.QUEUE, "a").ledgerId(7))
                .isEqualTo(3L << 16 | 7);
    }

    private Create create(final DestinationKind kind, final String name) {
        final Create creation = (Create) catalog.decideDestination(kind, name);
        catalog.admit(creation);
        catalog.apply(creation);
        return creation;
    }

    private Refused refused(final DestinationKind kind, final String name) {
        return (Refused) catalog.decideDestination(kind, name);
    }

    private static List<Destination> destinations(final Catalog catalog) {
        final List<Destination> all = new ArrayList<>();
        catalog.forEachDestination(all::add);
        return all;
    }

    private static List<Subscription> subscriptions(final Catalog catalog) {
        final List<Subscription> all = new ArrayList<>();
        catalog.forEachSubscription(all::add);
        return all;
    }
}
