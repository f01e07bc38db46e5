package io.ansermq.broker.admin;

import io.ansermq.broker.core.DestinationFigures;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The {@link Metric metrics} of one broker in a Micrometer registry, and those of its JVM. Meters of destinations come and
 * go with these. Confined to the thread that calls {@link #show}, but for {@link #forces()}.
 */
final class BrokerMetrics implements AutoCloseable {

    private static final Duration[] FORCE_BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1)
    };

    private record Key(DestinationKind kind, String name) {}

    /** Meters and what they show now; they hold it weakly. */
    private static final class Shown<T> {
        private T now;
        private final List<Meter> meters = new ArrayList<>();

        Shown(final T first) {
            now = first;
        }

        double value(final Metric<T> metric) {
            return metric.value().applyAsDouble(now);
        }
    }

    private final MeterRegistry registry;
    private final Timer forces;
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Map<Key, Shown<Sample.Destination>> destinations = new HashMap<>();
    private final Shown<Sample> broker;

    /** Registers them, showing {@code first}. */
    BrokerMetrics(final MeterRegistry registry, final Sample first) {
        this.registry = registry;
        broker = new Shown<>(first);
        forces = Timer.builder("anser.log.force")
                .description("How long the disk took to make written bytes safe (fsync).")
                .serviceLevelObjectives(FORCE_BUCKETS)
                .register(registry);
        Metric.OF_BROKER.forEach(metric -> register(metric, broker, Tags.empty()));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
        showDestinations(first);
    }

    /** The times that the disk took. Thread safe. */
    Timer forces() {
        return forces;
    }

    /** From now on the meters show this. */
    void show(final Sample sample) {
        broker.now = sample;
        showDestinations(sample);
    }

    private void showDestinations(final Sample sample) {
        final Set<Key> gone = new HashSet<>(destinations.keySet());
        for (final Sample.Destination each : sample.destinations()) {
            final DestinationFigures figures = each.figures();
            final Key key = new Key(figures.kind(), figures.name());
            gone.remove(key);
            final Shown<Sample.Destination> known = destinations.get(key);
            if (known == null) {
                destinations.put(key, begin(key, each));
            } else {
                known.now = each;
            }
        }
        for (final Key key : gone) {
            final Shown<Sample.Destination> ended = destinations.remove(key);
            if (ended != null) {
                ended.meters.forEach(registry::remove);
            }
        }
    }

    private Shown<Sample.Destination> begin(final Key key, final Sample.Destination first) {
        final Shown<Sample.Destination> shown = new Shown<>(first);
        final Tags tags = Tags.of("kind", key.kind().name().toLowerCase(Locale.ROOT), "destination", key.name());
        Metric.OF_DESTINATION.forEach(metric -> register(metric, shown, tags));
        return shown;
    }

    private <T> void register(final Metric<T> metric, final Shown<T> shown, final Tags tags) {
        shown.meters.add(
                switch (metric.type()) {
                    case GAUGE ->
                        Gauge.builder(metric.name(), shown, from -> from.value(metric))
                                .description(metric.description())
                                .baseUnit(metric.unit())
                                .tags(tags)
                                .register(registry);
                    case COUNTER ->
                        FunctionCounter.builder(metric.name(), shown, from -> from.value(metric))
                                .description(metric.description())
                                .baseUnit(metric.unit())
                                .tags(tags)
                                .register(registry);
                });
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
