package io.ansermq.client.message;

import io.ansermq.remoting.security.SystemRandom;
import io.ansermq.remoting.transport.LocalDays;
import java.time.LocalDate;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Makes the ids of this process's messages. Thread safe and without locks but at the turn of a month.
 *
 * <p>Within a month no two ids have the same tail: it is the time where time has moved on, else one more than the last.
 * Each month and each process draws 80 random bits, so that tails may repeat.
 */
public final class MessageIds {
    /** The one source of a process. */
    public static final MessageIds PROCESS = new MessageIds(SystemRandom.INSTANCE, TimeZone.getDefault());

    private static final int HEAD_BYTES = 10;
    private static final int COUNTER_BITS = 16;

    private final RandomGenerator random;
    private final TimeZone zone;
    private volatile Month month = new Month(new byte[0], 0, 0);

    MessageIds(final RandomGenerator random, final TimeZone zone) {
        this.random = random;
        this.zone = zone;
    }

    /** The next id. {@code nowEpochMs} may go back; the ids do not. */
    public MessageId next(final long nowEpochMs) {
        Month current = month;
        if (nowEpochMs >= current.endEpochMs) {
            current = turn(nowEpochMs);
        }
        return new MessageId(current.headDigits, current.nextTail(nowEpochMs));
    }

    private synchronized Month turn(final long nowEpochMs) {
        if (nowEpochMs >= month.endEpochMs) {
            final byte[] head = new byte[HEAD_BYTES];
            random.nextBytes(head);
            // The local month, because that is what RocketMQ's tools count from.
            final LocalDate first =
                    LocalDate.ofEpochDay(LocalDays.at(zone, nowEpochMs)).withDayOfMonth(1);
            month = new Month(
                    MessageId.headDigits(head),
                    LocalDays.startEpochMs(zone, first.toEpochDay()),
                    LocalDays.startEpochMs(zone, first.plusMonths(1).toEpochDay()));
        }
        return month;
    }

    private static final class Month {
        private final byte[] headDigits;
        private final long startEpochMs;
        private final long endEpochMs;
        private final AtomicLong lastTail = new AtomicLong(-1);

        private Month(final byte[] headDigits, final long startEpochMs, final long endEpochMs) {
            this.headDigits = headDigits;
            this.startEpochMs = startEpochMs;
            this.endEpochMs = endEpochMs;
        }

        private long nextTail(final long nowEpochMs) {
            final long byTime = Math.max(0, nowEpochMs - startEpochMs) << COUNTER_BITS;
            while (true) {
                final long last = lastTail.get();
                final long tail = Math.max(byTime, last + 1);
                if (lastTail.compareAndSet(last, tail)) {
                    return tail;
                }
            }
        }
    }
}
