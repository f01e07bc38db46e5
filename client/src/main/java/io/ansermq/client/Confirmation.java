package io.ansermq.client;

import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Acknowledgements that somebody waits for. They travel apart from all others, so that the broker's answer counts what it has
 * refused of them alone, and are remembered until it comes: on another connection they are said again, and answered then.
 *
 * <p>Immutable but for its answer; what it asks {@link PendingAcks} for is guarded by the lock of {@link AckQueue}.
 */
final class Confirmation {
    /** What is acknowledged of one subscriber. */
    record Part(PendingAcks of, List<OffsetRange> ranges) {
        /** How many offsets these are. */
        int count() {
            return Confirmation.count(ranges);
        }
    }

    private final List<Part> parts;
    private final int refusedHere;
    private final CompletableFuture<Integer> answer = new CompletableFuture<>();

    private Confirmation(final List<Part> parts, final int refusedHere) {
        this.parts = parts;
        this.refusedHere = refusedHere;
    }

    /**
     * Leaves out what is of subscribers that are being closed.
     *
     * @param parts none when it is all that was acknowledged before in other ways that is waited for
     */
    static Confirmation of(final List<Part> parts) {
        final List<Part> said = new ArrayList<>(parts.size());
        int refused = 0;
        for (final Part part : parts) {
            if (part.of().closed) {
                refused += part.count();
            } else {
                said.add(part);
            }
        }
        return new Confirmation(said, refused);
    }

    /** Whether it waits for what others have acknowledged, and has nothing of its own to say. */
    boolean isOfOthers() {
        return parts.isEmpty();
    }

    /** Completes with the number of offsets that were refused; fails with a {@link BrokerException}. */
    CompletableFuture<Integer> answer() {
        return answer;
    }

    /** The broker has refused so many of those that it was told. */
    void answered(final int refusedThere) {
        answer.complete(refusedHere + refusedThere);
    }

    /** What to say, in pieces that a frame has room for each. */
    List<ConsumerAck> pieces() {
        final List<ConsumerAck> pieces = new ArrayList<>(parts.size());
        for (final Part part : parts) {
            final List<OffsetRange> ranges = part.ranges();
            for (int from = 0; from < ranges.size(); from += AckQueue.MAX_RANGES_PER_FRAME) {
                final int to = Math.min(ranges.size(), from + AckQueue.MAX_RANGES_PER_FRAME);
                pieces.add(part.of().acknowledging(ranges.subList(from, to)));
            }
        }
        return pieces;
    }

    /** The same as the contents of as few frames as is simple: mostly one. */
    List<List<ConsumerAck>> frames() {
        final List<ConsumerAck> pieces = pieces();
        int ranges = 0;
        for (final ConsumerAck piece : pieces) {
            ranges += piece.ranges().size();
        }
        return ranges <= AckQueue.MAX_RANGES_PER_FRAME
                ? List.of(pieces)
                : pieces.stream().map(List::of).toList();
    }

    /** How many offsets there are in these ranges. */
    static int count(final List<OffsetRange> ranges) {
        int count = 0;
        for (final OffsetRange each : ranges) {
            count += (int) (each.last() - each.first() + 1);
        }
        return count;
    }
}
