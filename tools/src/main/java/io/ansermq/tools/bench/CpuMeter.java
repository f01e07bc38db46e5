package io.ansermq.tools.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.StringTokenizer;

/**
 * How much CPU the broker, this process and everybody else have used: the figures that survive a noisy machine.
 *
 * <p>The kernel's accounting has a resolution of 10 ms, so an interval should last a second or more. Outside Linux the
 * use of the others is unknown. Thread safe.
 */
public final class CpuMeter {

    private static final Path MACHINE = Path.of("/proc/stat");
    /** USER_HZ, which Linux has kept at 100 on all platforms Java 17 runs on. */
    private static final long TICK_NS = 10_000_000L;

    private static final long UNKNOWN = -1;

    private final OptionalLong brokerPid;

    /**
     * A meter.
     *
     * @param brokerPid the broker's process; empty when it is not on this machine, not known, or this process itself
     */
    public CpuMeter(final OptionalLong brokerPid) {
        this.brokerPid = brokerPid;
    }

    /** What has been used until now. */
    public Sample sample() {
        return new Sample(System.nanoTime(), brokerNs(), ownNs(), machineNs());
    }

    /**
     * The counters at one instant, in nanoseconds; negative where unknown.
     *
     * @param wallNs monotonic clock
     * @param brokerNs CPU of the broker process
     * @param clientNs CPU of this process
     * @param machineNs CPU that the whole machine did not idle, what the hypervisor took included
     */
    public record Sample(long wallNs, long brokerNs, long clientNs, long machineNs) {

        /** What was used between an earlier sample and this one. */
        public Use since(final Sample earlier) {
            final double wallNs = this.wallNs - earlier.wallNs;
            final double broker = difference(brokerNs, earlier.brokerNs);
            final double client = difference(clientNs, earlier.clientNs);
            final double machine = difference(machineNs, earlier.machineNs);
            final double ours = client + (Double.isNaN(broker) ? 0 : broker);
            return new Use(wallNs, broker, client, Math.max(0, machine - ours) / wallNs);
        }

        private static double difference(final long now, final long before) {
            return now < 0 || before < 0 ? Double.NaN : now - before;
        }
    }

    /**
     * The use of CPU over an interval; NaN where unknown.
     *
     * @param wallNs how long the interval was
     * @param brokerNs CPU time of the broker
     * @param clientNs CPU time of this process
     * @param foreignCores cores that neither of them used and that were busy; above 0.3 a run is not worth keeping
     */
    public record Use(double wallNs, double brokerNs, double clientNs, double foreignCores) {}

    private long brokerNs() {
        if (brokerPid.isEmpty()) {
            return UNKNOWN;
        }
        return ProcessHandle.of(brokerPid.getAsLong())
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toNanos)
                .orElse(UNKNOWN);
    }

    private static long ownNs() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : UNKNOWN;
    }

    private static long machineNs() {
        try {
            return Files.isReadable(MACHINE) ? busyTicks(Files.readString(MACHINE)) * TICK_NS : UNKNOWN;
        } catch (final IOException e) {
            return UNKNOWN;
        }
    }

    /** The first line is {@code cpu user nice system idle iowait irq softirq steal guest guest_nice}; guests are in user. */
    static long busyTicks(final String stat) {
        final StringTokenizer fields = new StringTokenizer(stat.substring(0, stat.indexOf('\n')));
        fields.nextToken();
        long busy = 0;
        for (int column = 0; column < 8 && fields.hasMoreTokens(); column++) {
            final long ticks = Long.parseLong(fields.nextToken());
            if (column != 3 && column != 4) {
                busy += ticks;
            }
        }
        return busy;
    }
}
