package io.ansermq.broker.security;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each thing that was refused or that an administrator did, in a log of its own: {@code io.ansermq.audit}.
 * Thread safe; never blocks, since the lines are written by another thread. When more than {@link #MAX_WAITING} wait,
 * further ones are left out, and a line says how many.
 */
public final class Audit {

    /** The name of the log. */
    public static final String LOGGER = "io.ansermq.audit";

    static final int MAX_WAITING = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    private final Executor writer;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger leftOut = new AtomicInteger();

    /** @param writer runs what it is given later, and in order */
    public Audit(final Executor writer) {
        this.writer = writer;
    }

    /**
     * Something was refused.
     *
     * @param what as {@code permission=send destination=queue://orders}; see {@link #quoted}
     */
    public void refused(final String user, final SocketAddress address, final String what) {
        write(true, "refused user=" + user + " address=" + text(address) + ' ' + what);
    }

    /** An administrator did something. */
    public void done(final String user, final SocketAddress address, final String what) {
        write(false, "done user=" + user + " address=" + text(address) + ' ' + what);
    }

    private static String text(final SocketAddress address) {
        return address instanceof InetSocketAddress inet && !inet.isUnresolved()
                ? inet.getAddress().getHostAddress() + ':' + inet.getPort()
                : quoted(String.valueOf(address));
    }

    private void write(final boolean refusal, final String line) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            leftOut.incrementAndGet();
            return;
        }
        writer.execute(() -> {
            waiting.decrementAndGet();
            if (refusal) {
                LOG.warn("{}", line);
            } else {
                LOG.info("{}", line);
            }
            final int missing = leftOut.getAndSet(0);
            if (missing > 0) {
                LOG.warn("{} lines were left out: they came faster than they could be written", missing);
            }
        });
    }

    /** A name that a stranger chose, so that it cannot look like something else in the log. */
    public static String quoted(final String name) {
        final StringBuilder text = new StringBuilder("'");
        for (int i = 0; i < Math.min(name.length(), 200); i++) {
            final char each = name.charAt(i);
            if (each == '\'' || each == '\\') {
                text.append('\\').append(each);
            } else if (Character.isISOControl(each) || Character.getType(each) == Character.FORMAT) {
                text.append(String.format("\\u%04x", (int) each));
            } else {
                text.append(each);
            }
        }
        return text.append(name.length() > 200 ? "...'" : "'").toString();
    }
}
