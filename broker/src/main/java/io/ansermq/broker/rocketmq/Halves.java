package io.ansermq.broker.rocketmq;

import io.ansermq.broker.ledger.Transaction;
import io.ansermq.remoting.protocol.MessageProperties;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.TransactionHeader.Rollback;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionState;
import io.ansermq.remoting.protocol.TransactionId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks producers what became of their half messages. A half message is a prepared transaction of one message, known by a
 * number that the producer takes for the message's place in the log and repeats when it ends the transaction. Owned by
 * the core agent; {@link #nextNumber} is thread safe.
 */
final class Halves {

    private static final Logger LOG = LoggerFactory.getLogger(Halves.class);

    private static final String PREFIX = "H:";
    private static final long SCAN_MS = 1_000;
    private static final long NUMBERS_PER_MS = 1_000;

    private static final AtomicLong LAST_NUMBER = new AtomicLong();

    private static final class Check {
        int count;
        long dueEpochMs;
    }

    private final RocketMqState state;
    private final OtherProducers others;
    private final Map<TransactionId, Check> checks = new HashMap<>();
    private long dueEpochMs;

    Halves(final RocketMqState state, final OtherProducers others) {
        this.state = state;
        this.others = others;
    }

    /** A number that no half message of this broker ever had. */
    static long nextNumber() {
        final long now = System.currentTimeMillis() * NUMBERS_PER_MS;
        return LAST_NUMBER.updateAndGet(last -> Math.max(last + 1, now));
    }

    /** Asks whoever is to be asked now. */
    void doWork(final long nowEpochMs) {
        if (nowEpochMs < dueEpochMs) {
            return;
        }
        dueEpochMs = nowEpochMs + SCAN_MS;
        final Set<TransactionId> open = new HashSet<>();
        for (final Transaction each : state.desk().transactions()) {
            if (each.id().text().startsWith(PREFIX) && each.state() == TransactionState.PREPARED) {
                open.add(each.id());
                check(each, nowEpochMs);
            }
        }
        checks.keySet().retainAll(open);
    }

    private void check(final Transaction half, final long nowEpochMs) {
        if (nowEpochMs - half.sinceEpochMs() < Math.min(SCAN_MS, checks().afterMs())
                || half.sends().size() != 1) {
            return;
        }
        Check check = checks.get(half.id());
        if (check != null && nowEpochMs < check.dueEpochMs) {
            return;
        }
        final StoredMessage message = StoredMessage.of(
                state.desk(), half.sends().position(0), half.sends().sizeBytes(0));
        if (message == null) {
            return;
        }
        if (check == null) {
            check = new Check();
            checks.put(half.id(), check);
            check.dueEpochMs = half.sinceEpochMs() + immunityMs(message);
            if (nowEpochMs < check.dueEpochMs) {
                return;
            }
        }
        check.dueEpochMs = nowEpochMs + checks().intervalMs();
        if (check.count >= checks().most()) {
            giveUp(half.id(), message);
        } else {
            // When nobody is there to ask it counts as well, so that every half message comes to an end.
            check.count++;
            ask(half, message, check.count);
        }
    }

    private CheckBack checks() {
        return state.settings().checkBack();
    }

    /** Nobody says what became of it: it is kept where an administrator finds it, and ends. */
    private void giveUp(final TransactionId half, final StoredMessage message) {
        final String why = state.ensureTopic(TopicConfig.of(SystemNames.UNDECIDED, 1, TopicConfig.READ_WRITE));
        if (why != null) {
            LOG.warn(
                    "the half message {} cannot be put aside: {}",
                    message.properties().get("UNIQ_KEY"),
                    why);
            return;
        }
        state.desk().whenStored(() -> {
            final TopicConfig topic = state.topics().find(SystemNames.UNDECIDED);
            if (topic != null) {
                putAside(half, message, topic);
            }
        });
    }

    private void putAside(final TransactionId half, final StoredMessage message, final TopicConfig topic) {
        final Map<String, String> properties = message.properties();
        properties.put("REAL_TOPIC", message.topic());
        properties.put("REAL_QID", Integer.toString(message.queueId()));
        properties.remove(MessageProperties.JMS_DELIVERY_TIME);
        final ByteBuf copy = message.copyTo(topic, properties, message.reconsumeTimes());
        state.own().send(topic.destination(), copy, new OwnSends.Outcome() {
            @Override
            public void stored(final int lane, final long offset, final long position) {
                LOG.warn(
                        "the half message {} of topic {} is rolled back and kept in {}: in {} checks nobody"
                                + " has decided about it",
                        properties.get("UNIQ_KEY"),
                        message.topic(),
                        SystemNames.UNDECIDED,
                        checks().most());
                state.desk().request(state.own(), new Rollback(half));
            }

            @Override
            public void refused(final String text) {
                LOG.warn("the half message {} cannot be put aside: {}", properties.get("UNIQ_KEY"), text);
            }
        });
    }

    private long immunityMs(final StoredMessage message) {
        final String seconds = message.properties().get("CHECK_IMMUNITY_TIME_IN_SECONDS");
        return seconds != null && seconds.matches("[0-9]{1,9}") ? Long.parseLong(seconds) * 1000 : checks().afterMs();
    }

    /** Asks one producer of the group; where there are RocketMQ clients and others, by turns. */
    private void ask(final Transaction half, final StoredMessage message, final int count) {
        final String group = message.properties().getOrDefault("PGROUP", "");
        final long position = half.sends().position(0);
        final int size = half.sends().sizeBytes(0);
        if (count % 2 == 0) {
            if (!ask(half.id(), message)) {
                var unused = others.ask(half.id(), group, position, size);
            }
        } else if (!others.ask(half.id(), group, position, size)) {
            var unused = ask(half.id(), message);
        }
    }

    /** Asks one RocketMQ client of the group; false when none is there. */
    private boolean ask(final TransactionId id, final StoredMessage message) {
        final Map<String, String> properties = message.properties();
        final Collection<Clients.Member> producers = state.clients().producers(properties.getOrDefault("PGROUP", ""));
        if (producers.isEmpty()) {
            return false;
        }
        final RocketMqSession session = producers.iterator().next().session;
        final String number = id.text().substring(PREFIX.length());
        final String uniqueId = properties.getOrDefault("UNIQ_KEY", "");
        final Map<String, String> fields = new LinkedHashMap<>();
        fields.put("topic", message.topic());
        fields.put("tranStateTableOffset", number);
        fields.put("commitLogOffset", number);
        fields.put("msgId", uniqueId);
        fields.put("transactionId", uniqueId);
        fields.put("offsetMsgId", MessageIds.of(message.storeHost(), Long.parseLong(number)));
        final byte[] record = message.bytes();
        session.afterwards(() -> session.connection()
                .write(RemotingCommand.request(
                                RequestCodes.CHECK_TRANSACTION_STATE, fields, Unpooled.wrappedBuffer(record))
                        .oneWay()));
        return true;
    }
}
