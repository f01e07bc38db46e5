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
import io.ansermq.remoting.protocol.CatalogRecord.Destination;
import io.ansermq.remoting.protocol.CatalogRecord.LaneOrder;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogTest {

    private final Catalog catalog = new Catalog(1_000);

    @Test
    void shouldCreateAQueueWithItsSubscription() {
        final Create creation = create(QUEUE, "orders");
        assertThat(creation.destination()).isEqualTo(destination(1, QUEUE, "orders", "orders"));
        assertThat(creation.subscription()).isEqualTo(builtIn(1, 1, "orders"));
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
        assertThat(second.destination()).isEqualTo(destination(2, TOPIC, "a", "%TOPIC%a"));

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
            catalog.apply(destination(4, QUEUE, "a", "a"), 0);
            catalog.apply(builtIn(9, 4, "a"), 0);
        }
        assertThat(catalog.size()).isEqualTo(1);
        assertThat(create(QUEUE, "b")).isEqualTo(new Create(destination(5, QUEUE, "b", "b"), builtIn(10, 5, "b")));
    }

    @Test
    void shouldStopAtRecordsThatContradictEachOther() {
        catalog.apply(destination(1, QUEUE, "a", "a"), 0);
        catalog.apply(builtIn(1, 1, "a"), 0);
        assertThatThrownBy(() -> catalog.apply(destination(1, QUEUE, "b", "b"), 0))
                .hasMessageContaining("contradicts");
        assertThatThrownBy(() -> catalog.apply(destination(2, QUEUE, "a", "a2"), 0))
                .hasMessageContaining("contradicts");
        assertThatThrownBy(() -> catalog.apply(destination(3, TOPIC, "a", "a"), 0))
                .hasMessageContaining("contradicts");
        assertThatThrownBy(() -> catalog.apply(builtIn(2, 1, "a"), 0)).hasMessageContaining("contradicts");
        assertThatThrownBy(() -> catalog.apply(builtIn(2, 8, "a"), 0)).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> Subscription.Kind.of(77)).hasMessageContaining("kind 77");
    }

    @Test
    void shouldComeBackFromAnImageInParts() {
        for (int i = 0; i < 100; i++) {
            create(i % 3 == 0 ? TOPIC : QUEUE, "name." + i);
        }
        catalog.admit((Create) catalog.decideDestination(QUEUE, "not committed"));
        final List<ByteBuffer> parts = new ArrayList<>();
        final Catalog.Snapshot walk = catalog.snapshot();
        boolean more = true;
        while (more) {
            final ByteBuffer part = ByteBuffer.allocate(1024);
            more = walk.addTo(part);
            parts.add(part.flip());
        }
        assertThat(parts).hasSizeGreaterThan(3);

        final Catalog next = new Catalog(1_000);
        parts.forEach(next::load);
        assertThat(destinations(next)).isEqualTo(destinations(catalog)).hasSize(100);
        assertThat(subscriptions(next)).isEqualTo(subscriptions(catalog)).hasSize(66);
        final Create creation = (Create) next.decideDestination(QUEUE, "next");
        assertThat(creation.destination().id())
                .as("numbers are never given twice")
                .isEqualTo(102);
        assertThat(creation.subscription()).extracting(Subscription::id).isEqualTo(68);
    }

    @Test
    void shouldSayHowLargeAPartMustBe() {
        create(TOPIC, "t");
        catalog.apply(durable(1, 1, "n", "x".repeat(30_000)), 7);
        final Catalog.Snapshot walk = catalog.snapshot();
        final ByteBuffer part = ByteBuffer.allocate(1024);
        assertThat(walk.addTo(part)).isTrue();
        assertThatThrownBy(() -> walk.addTo(ByteBuffer.allocate(1024))).isInstanceOf(BufferOverflowException.class);
        final ByteBuffer large = ByteBuffer.allocate(walk.neededBytes());
        assertThat(walk.addTo(large)).isFalse();

        final Catalog next = new Catalog(10);
        next.load(part.flip());
        next.load(large.flip());
        assertThat(next.subscription(1)).isEqualTo(catalog.subscription(1));
        assertThat(next.subscriptions().positionOf(1)).isEqualTo(7);
    }

    @Test
    void shouldNameDurableSubscriptionsByClientAndName() {
        create(TOPIC, "t");
        final Subscription first = durable(1, 1, "n", null);
        catalog.subscriptions().admit(first);
        assertThat(catalog.subscriptions().named("client", "n")).isEqualTo(first);
        assertThat(catalog.subscriptions().named(null, "n")).isNull();
        assertThat(catalog.subscription(1)).as("not committed").isNull();
        catalog.apply(first, 0);
        assertThat(catalog.subscription(1)).isEqualTo(first);

        final Subscription second = durable(2, 1, "n", "a = 1");
        catalog.subscriptions().admitGone(first);
        assertThat(catalog.subscriptions().named("client", "n")).isNull();
        catalog.subscriptions().admit(second);
        catalog.subscriptions().applyGone(1);
        catalog.apply(second, 0);
        assertThat(catalog.subscriptions().named("client", "n")).isEqualTo(second);
        assertThat(catalog.subscription(1)).isNull();
        assertThat(catalog.subscriptions().nextId()).isEqualTo(3);
    }

    @Test
    void shouldKeepTheLaterOneWhenReplayMeetsAnEarlierOne() {
        create(TOPIC, "t");
        final Subscription earlier = durable(1, 1, "n", null);
        final Subscription later = durable(2, 1, "n", "a = 1");
        catalog.apply(later, 100);
        catalog.apply(earlier, 50);
        catalog.subscriptions().applyGone(1);
        catalog.apply(later, 100);
        assertThat(catalog.subscriptions().named("client", "n")).isEqualTo(later);

        catalog.apply(destination(5, QUEUE, "q", "q"), 200);
        catalog.apply(destination(4, QUEUE, "q", "q"), 150);
        catalog.apply(builtIn(7, 4, "q"), 150);
        catalog.applyGone(4);
        assertThat(catalog.destination(QUEUE, "q")).isEqualTo(destination(5, QUEUE, "q", "q"));
        assertThat(catalog.subscription(7)).isNull();
    }

    @Test
    void shouldFreeTheNameOfWhatIsGone() {
        final Create first = create(QUEUE, "a");
        catalog.admitGone(first.destination());
        final Create second = create(QUEUE, "a");
        assertThat(second.destination()).isEqualTo(destination(2, QUEUE, "a", "a"));
        catalog.applyGone(1);
        catalog.applyGone(1);
        assertThat(catalog.destination(1)).isNull();
        assertThat(catalog.subscription(1))
                .as("its subscription is gone with it")
                .isNull();
        assertThat(catalog.destinationOfTopic("a")).isEqualTo(second.destination());
        assertThat(catalog.size()).isEqualTo(1);
    }

    @Test
    void shouldGiveADestinationMoreLanes() {
        final Create creation = (Create) catalog.decideTopicText("a", 4, LaneOrder.FAIR);
        catalog.admit(creation);
        catalog.apply(creation);
        assertThat(Catalog.withMoreLanes(creation.destination(), 4)).isNull();
        final Destination larger = Catalog.withMoreLanes(creation.destination(), 300);
        catalog.apply(larger, 0);
        catalog.apply(creation.destination(), 0);
        assertThat(catalog.destination(1)).isEqualTo(larger);
        assertThat(Catalog.withMoreLanes(destination(1, QUEUE, "b", "b"), 20))
                .as("lanes are priorities")
                .isNull();
    }

    @Test
    void shouldNameTheConsumerGroupOfASubscription() {
        assertThat(durable(1, 1, "my name", null).group()).isEqualTo("client|my%20name");
        assertThat(new Subscription(1, 1, Subscription.Kind.SHARED_DURABLE, "a|b", null, null, false, List.of())
                        .group())
                .isEqualTo("|a%7Cb");
    }

    @Test
    void shouldRefuseAnImageOfAnotherVersion() {
        assertThatThrownBy(() -> catalog.load(ByteBuffer.wrap(new byte[] {3, 0, 0})))
                .hasMessageContaining("version 3");
    }

    @Test
    void shouldNumberTheLedgersOfASubscription() {
        assertThat(builtIn(3, 1, "a").ledgerId(7)).isEqualTo(3L << 16 | 7);
    }

    private static Destination destination(
            final int id, final DestinationKind kind, final String name, final String topic) {
        return new Destination(id, kind, name, topic, 10, LaneOrder.PRIORITY);
    }

    private static Subscription builtIn(final int id, final int destinationId, final String name) {
        return new Subscription(id, destinationId, Subscription.Kind.QUEUE, name, null, null, false, List.of());
    }

    private static Subscription durable(
            final int id, final int destinationId, final String name, final @Nullable String selector) {
        return new Subscription(
                id, destinationId, Subscription.Kind.DURABLE, name, "client", selector, false, List.of(3L, 4L));
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
