package io.ansermq.client;

import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.ResumeHeader;
import io.ansermq.remoting.transport.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Takes what waits in the {@link AckQueue} to the broker, and finds out what of it has arrived where that matters: for who waits
 * for a confirmation, and for the next connection. Confined to the event loop.
 */
final class Acknowledger {
    private final AckQueue acks;
    private final Supplier<Link> newest;
    private final Requester requester;
    private final boolean comesBack;

    /** @param comesBack whether there will be another connection, which is to say again what has not arrived */
    Acknowledger(final AckQueue acks, final Supplier<Link> newest, final Requester requester, final boolean comesBack) {
        this.acks = acks;
        this.newest = newest;
        this.requester = requester;
        this.comesBack = comesBack;
    }

    /** Writes what waits, and asks about what was written before. */
    void flush() {
        final Connection connection = newest.get().connection();
        final List<Confirmation> confirmations = acks.takeConfirmations();
        final List<List<ConsumerAck>> frames = acks.take();
        CompletableFuture<Integer> ofOthers = null;
        for (final Confirmation each : confirmations) {
            if (!each.isOfOthers()) {
                continue;
            }
            if (ofOthers == null) {
                // What is refused of theirs is none of this one's business.
                ofOthers = ask(frames.isEmpty() ? List.of(List.of()) : frames).thenApply(ofTheirs -> 0);
            }
            answer(each, ofOthers);
        }
        if (ofOthers == null) {
            for (final List<ConsumerAck> frame : frames) {
                connection.write(RemotingCommand.control(new ConsumingHeader.Ack(false, frame), 0));
            }
        }
        for (final Confirmation each : confirmations) {
            if (!each.isOfOthers()) {
                answer(each, ask(acks.frames(each)));
            }
        }
        askWhatArrived();
    }

    /** One such question is under way at a time, be there ever so many acknowledgements. */
    private void askWhatArrived() {
        if (comesBack && acks.askWhatArrived()) {
            var unused = requester
                    .once(new ResumeHeader.Mark(), ConnectionHeader.Done.class)
                    .thenAccept(done -> {
                        acks.arrived();
                        askWhatArrived();
                    });
        }
    }

    /** Completes with the number of offsets in these frames that were refused. */
    private CompletableFuture<Integer> ask(final List<List<ConsumerAck>> frames) {
        CompletableFuture<Integer> refused = CompletableFuture.completedFuture(0);
        for (final List<ConsumerAck> frame : frames) {
            refused = refused.thenCombine(
                    requester.once(new ConsumingHeader.Ack(true, frame), ConsumingHeader.AckDone.class),
                    (sum, done) -> sum + done.refused());
        }
        return refused;
    }

    private void answer(final Confirmation confirmation, final CompletableFuture<Integer> refused) {
        var unused = refused.whenComplete((sum, failure) -> {
            if (failure == null) {
                confirmation.answered(sum);
            } else if (requester.isToBeTriedAgain(failure)) {
                acks.waitForAgain(confirmation);
            } else {
                Requests.complete(confirmation.answer(), null, failure);
            }
        });
    }
}
