package io.ansermq.broker.admin;

import io.ansermq.broker.core.BrokerFigures;
import io.ansermq.broker.core.DestinationFigures;
import io.ansermq.broker.core.FiguresDesk;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.store.commitlog.CommitLog;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Takes samples. Thread safe; waits for the core agent, so not for event loops. */
final class Sampler {

    /** Destinations with figures of their own: beyond it the page would be too much for those who scrape it. */
    static final int MAX_DESTINATIONS = 1000;

    private static final long PATIENCE_SECONDS = 5;

    private final FiguresDesk figures;
    private final CommitLog log;
    private final IntSupplier connections;
    private final LongSupplier epochMs;

    Sampler(final FiguresDesk figures, final CommitLog log, final IntSupplier connections, final LongSupplier epochMs) {
        this.figures = figures;
        this.log = log;
        this.connections = connections;
        this.epochMs = epochMs;
    }

    /**
     * Takes one.
     *
     * @throws IllegalStateException when core does not answer within a few seconds; the text says so
     */
    Sample take() {
        final BrokerFigures now = ask(MAX_DESTINATIONS);
        final long nowEpochMs = epochMs.getAsLong();
        return new Sample(
                now,
                connections.getAsInt(),
                now.destinations().stream()
                        .map(each -> new Sample.Destination(each, ageMs(each.oldestPosition(), nowEpochMs)))
                        .toList());
    }

    /** Only returns when the core agent is at work; otherwise as {@link #take}. */
    BrokerFigures askCore() {
        return ask(0);
    }

    private BrokerFigures ask(final int destinations) {
        try {
            return figures.ask(destinations).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (final TimeoutException e) {
            throw new IllegalStateException(
                    "the core agent has not answered for " + PATIENCE_SECONDS + " s: it has failed, or the machine is"
                            + " overloaded",
                    e);
        } catch (final ExecutionException e) {
            throw new IllegalStateException(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the core agent", e);
        }
    }

    private long ageMs(final long position, final long nowEpochMs) {
        if (position == DestinationFigures.NONE) {
            return 0;
        }
        final ByteBuffer time = ByteBuffer.allocate(Long.BYTES);
        // It may have been settled and freed meanwhile.
        final boolean there = log.read(position + MessageLayout.STORE_TIMESTAMP, Long.BYTES, time, 0);
        return there ? Math.max(0, nowEpochMs - time.getLong(0)) : 0;
    }
}
