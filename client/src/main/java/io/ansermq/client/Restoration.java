package io.ansermq.client;

import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.DestinationHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.ResumeHeader;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a session to another connection, on the reconnecting thread, which waits for each answer: what became of its sends,
 * its destinations, its consumers without credit, the acknowledgements that may not have arrived. When all that is done the
 * session goes on, on the new event loop.
 */
final class Restoration implements Reconnector.Restorer {
    private static final Logger LOG = LoggerFactory.getLogger(Restoration.class);

    /** No destination has this number. */
    private static final int NOWHERE = 0;

    private static final int UNASKED = -1;

    /** What the session keeps to itself otherwise; all of them are thread safe or rest while there is no connection. */
    record Parts(
            Connector connector,
            ClientOptions options,
            Reconnector reconnector,
            Requester requester,
            NamedDestinations destinations,
            Flusher flusher) {}

    private final BrokerSession session;
    private final Parts parts;

    Restoration(final BrokerSession session, final Parts parts) {
        this.session = session;
        this.parts = parts;
    }

    @Override
    public void restore() throws BrokerException {
        final Connector.Opened opened = parts.connector().open();
        final Link next =
                new Link(opened.connection(), opened.greeting(), session.link().number() + 1, parts.options());
        opened.handler().attach(session, next);
        boolean done = false;
        try {
            restoreOn(next);
            done = true;
        } finally {
            if (!done) {
                next.connection().close("the session could not be restored on it");
            }
        }
    }

    private void restoreOn(final Link next) throws BrokerException {
        final AckQueue acks = session.acks();
        final ResumeHeader.Resumed resumed =
                ask(next, new ResumeHeader.Resume(session.sender().firstUnanswered()), ResumeHeader.Resumed.class);
        final Map<Integer, Integer> changed = openAgain(next);
        acks.beginAgain();
        final long run = session.link().greeting().run();
        for (final Subscriber each : session.subscribers().all()) {
            if (each.isEstablished()) {
                subscribeAgain(next, each, changed, run);
            }
        }
        final Map<Confirmation, Integer> refused = confirmAgain(next, run);
        final CompletableFuture<Boolean> activated = new CompletableFuture<>();
        next.connection().execute(() -> activate(next, resumed, changed, activated));
        if (Boolean.TRUE.equals(Requests.await(parts.requester().inTime(activated)))) {
            acks.endAgain(refused);
            LOG.info("restored the connection to {}", next);
            session.listeners().restored();
        }
    }

    /** All destinations that somebody sends to or consumes from; returns the number that each old one has now. */
    private Map<Integer, Integer> openAgain(final Link next) throws BrokerException {
        final Map<Integer, Integer> changed = new HashMap<>();
        parts.destinations().temporaries().restore(changed, request -> ask(
                        next, request, DestinationHeader.DestinationOpened.class)
                .destination());
        session.sender().destinations(number -> changed.putIfAbsent(number, UNASKED));
        for (final Subscriber each : session.subscribers().all()) {
            changed.putIfAbsent(each.destination().number(), UNASKED);
        }
        for (final Map.Entry<Integer, Integer> each : changed.entrySet()) {
            if (each.getValue() == UNASKED) {
                each.setValue(openAgain(next, each.getKey()));
            }
        }
        return changed;
    }

    private int openAgain(final Link next, final int number) throws BrokerException {
        final Destination before = parts.destinations().opened(number);
        if (before == null) {
            return number;
        }
        try {
            final DestinationHeader.DestinationOpened opened = ask(
                    next,
                    new DestinationHeader.OpenDestination(before.kind(), before.name(), true),
                    DestinationHeader.DestinationOpened.class);
            parts.destinations().openedAgain(opened.destination(), before);
            return opened.destination();
        } catch (BrokerException e) {
            if (e.error() == ErrorCodes.DESTINATION || e.error() == ErrorCodes.AUTHORIZATION) {
                // Whoever has sent to it hears that from the broker.
                return NOWHERE;
            }
            throw e;
        }
    }

    private void subscribeAgain(
            final Link next, final Subscriber subscriber, final Map<Integer, Integer> changed, final long run)
            throws BrokerException {
        final int number = subscriber.destination().number();
        ask(next, subscriber.question(changed.getOrDefault(number, number), 0, 0), ConsumingHeader.Subscribed.class);
        for (final PendingAcks.Again again : session.acks().beginAgain(subscriber.pendingAcks(), run)) {
            for (int from = 0; from < again.ranges().size(); from += AckQueue.MAX_RANGES_PER_FRAME) {
                final int to = Math.min(again.ranges().size(), from + AckQueue.MAX_RANGES_PER_FRAME);
                // How many are refused nobody has asked.
                acknowledgeAgain(
                        next, subscriber.number(), again.run(), again.ranges().subList(from, to));
            }
        }
        session.acks().endAgain(subscriber.pendingAcks());
    }

    /**
     * Says again what somebody waits for, and how much of it is refused. What is of consumers that have ended meanwhile cannot be
     * said, and whoever asks must not believe it done.
     */
    private Map<Confirmation, Integer> confirmAgain(final Link next, final long run) throws BrokerException {
        final Map<Confirmation, Integer> refused = new LinkedHashMap<>();
        for (final Confirmation each : session.acks().unanswered()) {
            int ofThis = 0;
            for (final ConsumerAck piece : session.acks().pieces(each)) {
                final Subscriber subscriber = session.subscribers().get(piece.consumer());
                if (subscriber != null && subscriber.isEstablished()) {
                    ofThis += acknowledgeAgain(next, piece.consumer(), run, piece.ranges());
                } else {
                    ofThis += Confirmation.count(piece.ranges());
                }
            }
            refused.put(each, ofThis);
        }
        return refused;
    }

    /** Returns how many offsets are refused. */
    private int acknowledgeAgain(final Link next, final int consumer, final long run, final List<OffsetRange> ranges)
            throws BrokerException {
        final ResumeHeader.AcknowledgeAgain again = new ResumeHeader.AcknowledgeAgain(consumer, run, ranges);
        return ask(next, again, ConsumingHeader.AckDone.class).refused();
    }

    /** Event loop of the new connection: from here on it is the session's. */
    private void activate(
            final Link next,
            final ResumeHeader.Resumed resumed,
            final Map<Integer, Integer> changed,
            final CompletableFuture<Boolean> activated) {
        if (next.isClosed()) {
            activated.completeExceptionally(Requester.lostMeanwhile());
            return;
        }
        session.goOn(next);
        if (!parts.reconnector().restored()) {
            next.connection().close("the session was closed meanwhile");
            activated.complete(false);
            return;
        }
        // Their numbers may be others at another broker; whoever uses one next asks.
        parts.destinations().forget();
        try {
            session.sender().goOn(next, resumed, changed);
            session.subscribers().goOn(next);
            parts.flusher().connect(next.connection());
            doWhatWaited();
            session.flush();
        } catch (RuntimeException e) {
            LOG.error("{}: could not go on", next, e);
            next.connection().close("an error of the client, see its log");
        }
        activated.complete(true);
    }

    private void doWhatWaited() {
        for (Runnable kept = parts.reconnector().nextKept();
                kept != null;
                kept = parts.reconnector().nextKept()) {
            kept.run();
        }
    }

    private <T extends ControlHeader> T ask(final Link next, final ControlHeader request, final Class<T> answerType)
            throws BrokerException {
        return Requests.await(parts.requester().once(next, request, answerType));
    }

    @Override
    public void gaveUp(final BrokerException reason) {
        session.end(reason);
    }
}
