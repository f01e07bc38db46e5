package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.BrokerFigures;
import io.ansermq.broker.core.DestinationState;
import io.ansermq.broker.core.Lane;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the broker is, in RocketMQ's terms. Owned by the core agent.
 *
 * <p>All figures are measured. Those of RocketMQ's thread pools are zeros because there are none: an event loop reads a
 * request and hands it to core at once. What does wait are sends for room on the disk, and these are shown as RocketMQ's
 * queue of sends.
 */
final class RuntimeInfo {

    /** The RocketMQ release whose protocol we speak. */
    private static final String VERSION = "V5_5_0";

    private static final double MIB = 1 << 20;

    private final RocketMqState state;

    RuntimeInfo(final RocketMqState state) {
        this.state = state;
    }

    void table(final Reply reply, final long nowEpochMs) {
        final Map<String, String> table = new TreeMap<>();
        final long bootEpochMs = state.stats().startEpochMs();
        state.stats().sample(nowEpochMs);
        table.put("bootTimestamp", Long.toString(bootEpochMs));
        table.put("brokerActive", "true");
        table.put("brokerVersionDesc", VERSION);
        table.put("runtime", runtime(Duration.ofMillis(nowEpochMs - bootEpochMs)));
        state.stats().describe(table);
        state.sendTimes().describe(table);
        final BrokerFigures figures = state.desk().figures();
        addPools(table, figures);
        addStore(table, figures, nowEpochMs);
        table.put("timerCongestNum", Long.toString(figures.delayed()));
        table.put("timerReadBehind", "0");
        table.put("timerOffsetBehind", "0");
        reply.send(Answer.json(Map.of("table", table)));
    }

    private static String runtime(final Duration since) {
        return "[ " + since.toDays() + " days, " + since.toHoursPart() + " hours, " + since.toMinutesPart()
                + " minutes, " + since.toSecondsPart() + " seconds ]";
    }

    private static void addPools(final Map<String, String> table, final BrokerFigures figures) {
        for (final String pool : new String[] {"send", "pull", "litePull", "query", "ack"}) {
            final int size = pool.equals("send") ? figures.disk().sendsWaiting() : 0;
            table.put(pool + "ThreadPoolQueueSize", Integer.toString(size));
            table.put(pool + "ThreadPoolQueueCapacity", "0");
            table.put(pool + "ThreadPoolQueueHeadWaitTimeMills", "0");
        }
        table.put("EndTransactionQueueSize", "0");
        table.put("EndTransactionThreadPoolQueueCapacity", "0");
        // No lock is taken to append: core is the only one that does.
        table.put("pageCacheLockTimeMills", "0");
    }

    private void addStore(final Map<String, String> table, final BrokerFigures figures, final long nowEpochMs) {
        final String ratio = Double.toString(
                (double) figures.disk().usedBytes() / figures.disk().capacityBytes());
        table.put("commitLogMinOffset", Long.toString(state.desk().logStart()));
        table.put("commitLogMaxOffset", Long.toString(state.desk().logEnd()));
        table.put("commitLogDiskRatio", ratio);
        table.put("consumeQueueDiskRatio", ratio);
        table.put(
                "commitLogDirCapacity",
                "Total : " + mib(figures.disk().capacityBytes()) + ", Free : "
                        + mib(figures.disk().capacityBytes() - figures.disk().usedBytes()) + ".");
        table.put("dispatchBehindBytes", Long.toString(figures.uncommittedBytes()));
        table.put("dispatchMaxBuffer", "0");
        table.put("remainHowManyDataToFlush", figures.unforcedBytes() + " B");
        table.put("remainTransientStoreBufferNumbs", "0");
        table.put("earliestMessageTimeStamp", Long.toString(earliestEpochMs(nowEpochMs)));
        table.put("startAcceptSendRequestTimeStamp", "0");
    }

    private static String mib(final long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
    }

    /** When the oldest message in the log was stored; now when there is none. */
    private long earliestEpochMs(final long nowEpochMs) {
        Lane oldest = null;
        for (final DestinationState destination : state.desk().destinations()) {
            for (int queue = 0; queue < destination.lanes(); queue++) {
                final Lane lane = destination.lane(queue);
                if (lane != null
                        && lane.start() < lane.end()
                        && (oldest == null || lane.position(lane.start()) < oldest.position(oldest.start()))) {
                    oldest = lane;
                }
            }
        }
        final long stored = oldest == null ? 0 : state.reader().storedEpochMs(oldest, oldest.start());
        return stored == 0 ? nowEpochMs : stored;
    }
}
