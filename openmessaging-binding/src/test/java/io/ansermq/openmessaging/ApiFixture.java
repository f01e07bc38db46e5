package io.ansermq.openmessaging;

import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.ServiceLifecycle;
import io.openmessaging.producer.Producer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A broker, and what all rows of {@link ApiTest} work with. */
final class ApiFixture implements AutoCloseable {
    private final AtomicInteger numbers = new AtomicInteger();
    private final TestBroker broker;
    private final MessagingAccessPoint accessPoint;
    private final Producer producer;
    private final Queue<ServiceLifecycle> services = new ConcurrentLinkedQueue<>();

    ApiFixture(final Path data) throws IOException {
        broker = TestBroker.start(data, "check-back-after", "100ms", "check-back-interval", "1s");
        accessPoint = broker.accessPoint();
        accessPoint.startup();
        producer = accessPoint.createProducer();
        producer.startup();
    }

    MessagingAccessPoint accessPoint() {
        return accessPoint;
    }

    Producer producer() {
        return producer;
    }

    /** For names that nobody else has. */
    int nextNumber() {
        return numbers.incrementAndGet();
    }

    /** Starts a service, which is shut down at the end. */
    <S extends ServiceLifecycle> S started(final S service) {
        services.add(service);
        service.startup();
        return service;
    }

    @Override
    public void close() {
        services.forEach(ServiceLifecycle::shutdown);
        producer.shutdown();
        accessPoint.shutdown();
        broker.close();
    }
}
