package io.ansermq.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A handler that keeps what it gets until the test asks for it. */
final class RecordedDeliveries implements DeliveryHandler {
    private final BlockingQueue<Delivery> received = new LinkedBlockingQueue<>();

    @Override
    public void onDeliveries(final Subscriber subscriber, final Delivery[] batch, final int count) {
        for (int i = 0; i < count; i++) {
            received.add(batch[i]);
        }
    }

    /** The next deliveries, which must have these bodies. */
    List<Delivery> expect(final String... bodies) throws InterruptedException {
        final List<Delivery> next = new ArrayList<>();
        for (final String body : bodies) {
            final Delivery delivery = received.poll(20, TimeUnit.SECONDS);
            assertThat(delivery).as("waited for a delivery of '%s'", body).isNotNull();
            assertThat(DeliveryTest.bodyOf(delivery)).isEqualTo(body);
            next.add(delivery);
        }
        return next;
    }

    boolean isEmpty() {
        return received.isEmpty();
    }

    void clear() {
        received.clear();
    }
}
