package io.ansermq.broker.core;

import java.util.concurrent.CompletableFuture;

/** Where anyone may ask for the {@link BrokerFigures}. Thread safe; taking them is one short task of the core agent. */
public final class FiguresDesk {

    private final Inbox inbox;
    private final StatusReport report;

    FiguresDesk(final Inbox inbox, final StatusReport report) {
        this.inbox = inbox;
        this.report = report;
    }

    /**
     * Asks for the figures. Never blocks.
     *
     * @param maxDestinations how many destinations are described at most
     * @return what core will answer; failed with an {@link IllegalStateException} when it has no room for the question
     */
    public CompletableFuture<BrokerFigures> ask(final int maxDestinations) {
        final CompletableFuture<BrokerFigures> answer = new CompletableFuture<>();
        if (!inbox.offer(nowEpochMs -> answer.complete(report.figures(maxDestinations)))) {
            answer.completeExceptionally(
                    new IllegalStateException("the broker has too much to do to tell its figures now, ask again"));
        }
        return answer;
    }
}
