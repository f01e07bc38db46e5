package io.ansermq.broker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.CatalogRecord;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records that compare by hand compare all that they consist of, also what they get one day. */
class RecordEqualityTest {

    /** Pairs that have no component in common. */
    static Stream<List<Record>> pairs() {
        return Stream.of(
                List.of(
                        new CatalogRecord.Destination(
                                1, DestinationKind.QUEUE, "a", "at", 1, CatalogRecord.LaneOrder.values()[0]),
                        new CatalogRecord.Destination(
                                2, DestinationKind.TOPIC, "b", "bt", 2, CatalogRecord.LaneOrder.values()[1])),
                List.of(
                        new Subscription(1, 10, Subscription.Kind.values()[0], "a", "c", "s", true, List.of(5L), 7),
                        new Subscription(
                                2, 20, Subscription.Kind.values()[1], "b", null, null, false, List.of(6L), 8)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void shouldTellApartWhatDiffersInOneComponent(final List<Record> pair) throws ReflectiveOperationException {
        final Record one = pair.get(0);
        final RecordComponent[] components = one.getClass().getRecordComponents();
        final Class<?>[] types =
                Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        for (int changed = -1; changed < components.length; changed++) {
            final Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = components[i].getAccessor().invoke(i == changed ? pair.get(1) : one);
            }
            final Object other = one.getClass().getDeclaredConstructor(types).newInstance(values);
            if (changed < 0) {
                assertThat(other).isEqualTo(one).hasSameHashCodeAs(one);
            } else {
                assertThat(other).as(components[changed].getName()).isNotEqualTo(one);
            }
        }
    }
}
