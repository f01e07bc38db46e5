package io.ansermq.broker.core;

import io.ansermq.broker.ledger.RangeSet;
import io.ansermq.broker.selector.Selector;
import io.ansermq.broker.selector.Selector.Equality;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The views of one subscription. One that asks for a single correlation or message ID hears of new messages from the
 * {@link Router}; the others look at each. Owned by the core agent.
 */
final class Views {

    /** Offsets that come back at once, beyond which views look again from the first one on instead of at each. */
    private static final int FEW = 256;

    private final SubscriptionState subscription;
    private final Dispatcher dispatcher;
    private final Map<String, View> byKey = new HashMap<>();
    private final List<View> looking = new ArrayList<>();
    private final Router router;

    /** Views whose next message waits for a record of a high water. */
    private final List<View> blocked = new ArrayList<>();

    Views(final SubscriptionState subscription, final Dispatcher dispatcher) {
        this.subscription = subscription;
        this.dispatcher = dispatcher;
        router = new Router(subscription, dispatcher);
    }

    /**
     * The view of a selector, made when there is none.
     *
     * @param otherThan leaves out what this connection or client sends; null: nothing
     * @param settles whether what does not match is done: the selector belongs to the subscription
     */
    View viewOf(final @Nullable Selector selector, final @Nullable String otherThan, final boolean settles) {
        final String key = key(selector == null ? "" : selector.normalised(), otherThan == null ? "" : otherThan);
        final View known = byKey.get(key);
        if (known != null) {
            dispatcher.idleViews().remove(known);
            return known;
        }
        final View view = new View(
                subscription,
                this,
                key,
                selector,
                otherThan == null ? null : otherThan.getBytes(StandardCharsets.UTF_8),
                settles);
        byKey.put(key, view);
        final Equality equality = selector == null || settles ? null : selector.equality();
        if (equality == null) {
            looking.add(view);
        } else {
            router.add(view, equality);
        }
        return view;
    }

    private static String key(final String normalised, final String otherThan) {
        return normalised + '\0' + otherThan;
    }

    /** The view that lets everything through, or null. */
    @Nullable
    View ofAll() {
        return byKey.get(key("", ""));
    }

    /** The last consumer of a view is gone. One that looked at messages stays for a while, in case another one comes. */
    void left(final View view) {
        if (view.isRouted() || !subscription.kept) {
            remove(view);
        } else {
            dispatcher.idleViews().add(view);
        }
    }

    /** Forgets a view and all that it found. */
    void remove(final View view) {
        byKey.remove(view.key, view);
        looking.remove(view);
        blocked.remove(view);
        final Selector selector = view.selector();
        final Equality equality = selector == null ? null : selector.equality();
        if (view.isRouted() && equality != null) {
            router.remove(view, equality);
        }
        dispatcher.idleViews().remove(view);
        dispatcher.forget(view);
    }

    boolean isEmpty() {
        return byKey.isEmpty();
    }

    Router router() {
        return router;
    }

    /** Something changed in the subscription. */
    void wake() {
        for (int i = 0; i < looking.size(); i++) {
            dispatcher.wake(looking.get(i));
        }
        if (!router.isEmpty()) {
            dispatcher.wake(router);
        }
        for (int i = 0; i < blocked.size(); i++) {
            dispatcher.wake(blocked.get(i));
        }
        blocked.clear();
    }

    void wake(final View view) {
        dispatcher.wake(view);
    }

    /** This view goes on when a record of a high water is committed. */
    void block(final View view) {
        if (view.isRouted() && !blocked.contains(view)) {
            blocked.add(view);
        }
    }

    /** Offers what became free again to the views that have looked beyond it. */
    void offerReturned(final MessageReader reader) {
        for (int lane = 0; lane < subscription.lanes(); lane++) {
            final LaneLedger under = subscription.ledger(lane);
            if (under != null && !under.returned.isEmpty()) {
                offer(under, under.returned, reader);
                under.returned.clear();
            }
        }
    }

    private void offer(final LaneLedger under, final RangeSet returned, final MessageReader reader) {
        if (returned.offsets() > FEW) {
            looking.forEach(view -> view.rewind(under, returned.first(0)));
            router.rewind(under, returned.first(0));
            return;
        }
        for (int i = 0; i < returned.size(); i++) {
            for (long offset = returned.first(i); offset <= returned.last(i); offset++) {
                if (under.ledger.isFree(offset)) {
                    offer(under, offset, reader);
                }
            }
        }
    }

    private void offer(final LaneLedger under, final long offset, final MessageReader reader) {
        for (int i = 0; i < looking.size(); i++) {
            if (looking.get(i).offer(under, offset, reader)) {
                dispatcher.wake(looking.get(i));
            }
        }
        if (!router.isEmpty()) {
            router.offer(under, offset, reader);
        }
    }

    /** The subscription ends. */
    void clear() {
        new ArrayList<>(byKey.values()).forEach(this::remove);
        dispatcher.forget(router);
    }
}
