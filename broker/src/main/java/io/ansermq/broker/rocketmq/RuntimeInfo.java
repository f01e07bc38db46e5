package io.ansermq.broker.rocketmq;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;

/** How the broker is, in RocketMQ's terms. Owned by the core agent. */
final class RuntimeInfo {

    /** The RocketMQ release whose protocol we speak. */
    private static final String VERSION = "V5_5_0";

    private final RocketMqState state;
    private final long bootEpochMs = ManagementFactory.getRuntimeMXBean().getStartTime();

    RuntimeInfo(final RocketMqState state) {
        this.state = state;
    }

    void table(final Reply reply, final long nowEpochMs) {
        final Stats stats = state.stats();
        final Map<String, String> table = new TreeMap<>();
        table.put("bootTimestamp", Long.toString(bootEpochMs));
        table.put("brokerActive", "true");
        table.put("brokerVersion", "513");
        table.put("brokerVersionDesc", VERSION);
        table.put("runtime", "[ " + (nowEpochMs - bootEpochMs) / 1000 + " seconds ]");
        table.put("putTps", stats.putRates());
        table.put("getTransferredTps", stats.gotRates());
        table.put("getTotalTps", stats.gotRates());
        table.put("getFoundTps", stats.gotRates());
        table.put("getMissTps", "0.0 0.0 0.0");
        table.put("msgPutTotalYesterdayMorning", "0");
        table.put("msgPutTotalTodayMorning", "0");
        table.put("msgPutTotalTodayNow", Long.toString(stats.messagesPut()));
        table.put("msgGetTotalYesterdayMorning", "0");
        table.put("msgGetTotalTodayMorning", "0");
        table.put("msgGetTotalTodayNow", Long.toString(stats.messagesGot()));
        for (final String pool : new String[] {"send", "pull", "litePull", "query", "ack"}) {
            table.put(pool + "ThreadPoolQueueSize", "0");
            table.put(pool + "ThreadPoolQueueCapacity", "16384");
            table.put(pool + "ThreadPoolQueueHeadWaitTimeMills", "0");
        }
        table.put("EndTransactionQueueSize", "0");
        table.put("EndTransactionThreadPoolQueueCapacity", "16384");
        table.put("commitLogMinOffset", Long.toString(state.desk().logStart()));
        table.put("commitLogMaxOffset", Long.toString(state.desk().logEnd()));
        table.put("commitLogDiskRatio", "0.0");
        table.put("consumeQueueDiskRatio", "0.0");
        table.put("dispatchBehindBytes", "0");
        table.put("dispatchMaxBuffer", "0");
        table.put("earliestMessageTimeStamp", Long.toString(nowEpochMs));
        table.put("pageCacheLockTimeMills", "0");
        table.put("remainHowManyDataToFlush", "0 B");
        table.put("startAcceptSendRequestTimeStamp", "0");
        table.put("timerReadBehind", "0");
        table.put("timerOffsetBehind", "0");
        table.put("timerCongestNum", "0");
        table.put("timerEnqueueTps", "0.0");
        table.put("timerDequeueTps", "0.0");
        reply.send(Answer.json(Map.of("table", table)));
    }

    void config(final Reply reply) {
        final RocketMqSettings settings = state.settings();
        final String text = "brokerName=" + settings.brokerName() + "\nbrokerClusterName=" + settings.cluster()
                + "\nbrokerId=0\nbrokerRole=ASYNC_MASTER\nmaxMessageSize=" + settings.maxMessageBytes()
                + "\nautoCreateTopicEnable=" + settings.autoCreate()
                + "\nenablePropertyFilter=true\nbrokerPermission=6\n";
        reply.send(Answer.body(text, Map.of("version", "{\"counter\":0,\"timestamp\":0}")));
    }
}
