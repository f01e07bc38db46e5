package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Ledger;
import io.ansermq.broker.selector.Identifier;
import io.ansermq.broker.selector.Selector.Equality;
import io.ansermq.broker.selector.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the views that ask for one correlation ID or message ID each: a new message costs one look-up by its correlation
 * ID and one by its message ID, however many wait for replies. What was there before a view came, that looks at itself.
 * Owned by the core agent.
 */
final class Router extends Feed {

    private static final long[] NOWHERE = {};

    private final Dispatcher dispatcher;
    private final Int2ObjectHashMap<List<View>> byCorrelationId = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<List<View>> byMessageId = new Int2ObjectHashMap<>();
    private final Value value = new Value();
    private int views;

    /** Up to where new messages were looked at, by lane. */
    private long[] position = NOWHERE;

    Router(final SubscriptionState subscription, final Dispatcher dispatcher) {
        super(subscription);
        this.dispatcher = dispatcher;
    }

    boolean isEmpty() {
        return views == 0;
    }

    /** Begins to find messages for a view; it looks itself at what is there. */
    void add(final View view, final Equality equality) {
        if (isEmpty()) {
            position = NOWHERE;
        }
        growTo(subscription.lanes());
        view.routedBy(this, position.clone());
        table(equality)
                .computeIfAbsent(hash(equality), hash -> new ArrayList<>(1))
                .add(view);
        views++;
    }

    void remove(final View view, final Equality equality) {
        final int hash = hash(equality);
        final List<View> sharing = table(equality).get(hash);
        if (sharing != null && sharing.remove(view)) {
            views--;
            if (sharing.isEmpty()) {
                table(equality).remove(hash);
            }
        }
    }

    private Int2ObjectHashMap<List<View>> table(final Equality equality) {
        return equality.field() == Identifier.Kind.JMS_MESSAGE_ID ? byMessageId : byCorrelationId;
    }

    private static int hash(final Equality equality) {
        final Value text = new Value();
        text.set(equality.value());
        return text.textHash();
    }

    /** Lanes that are new to this router begin where they are: their messages are looked at by the views that come. */
    private void growTo(final int lanes) {
        final int known = position.length;
        if (known < lanes) {
            position = Arrays.copyOf(position, lanes);
            for (int lane = known; lane < lanes; lane++) {
                final LaneLedger under = subscription.ledger(lane);
                position[lane] = under == null ? 0 : under.ledger.end();
            }
        }
    }

    @Override
    boolean wantsTurn() {
        return views > 0;
    }

    @Override
    int look(final int budget, final MessageReader reader) {
        int used = 0;
        for (int lane = 0; lane < position.length && used < budget; lane++) {
            final LaneLedger under = subscription.ledger(lane);
            while (under != null && position[lane] < under.ledger.end() && used < budget) {
                final long offset = Math.max(position[lane], under.ledger.floor());
                if (offset < under.ledger.end() && under.ledger.isFree(offset)) {
                    route(under, offset, reader);
                    used += MessageReader.COST;
                }
                position[lane] = offset + 1;
                used++;
            }
        }
        return used;
    }

    @Override
    boolean isExhausted() {
        for (int lane = 0; lane < position.length; lane++) {
            final LaneLedger under = subscription.ledger(lane);
            if (under != null && position[lane] < under.ledger.end()) {
                return false;
            }
        }
        return true;
    }

    /** A message that was looked at became free again. */
    void offer(final LaneLedger under, final long offset, final MessageReader reader) {
        if (under.lane.number < position.length && offset < position[under.lane.number]) {
            route(under, offset, reader);
        }
    }

    void rewind(final LaneLedger under, final long offset) {
        final int lane = under.lane.number;
        if (lane < position.length) {
            position[lane] = Math.min(position[lane], offset);
        }
    }

    private void route(final LaneLedger under, final long offset, final MessageReader reader) {
        if (!reader.read(under, offset)) {
            return;
        }
        if (!byCorrelationId.isEmpty()) {
            reader.fields().read(Identifier.CORRELATION_ID, value);
            offer(byCorrelationId.get(value.textHash()), under, offset, reader);
        }
        if (!byMessageId.isEmpty()) {
            reader.fields().read(Identifier.MESSAGE_ID, value);
            offer(byMessageId.get(value.textHash()), under, offset, reader);
        }
    }

    private void offer(
            final @Nullable List<View> sharing, final LaneLedger under, final long offset, final MessageReader reader) {
        if (sharing == null) {
            return;
        }
        for (int i = 0; i < sharing.size(); i++) {
            final View view = sharing.get(i);
            if (view.matches(under, offset, reader)) {
                view.add(under, offset);
                dispatcher.wake(view);
            }
        }
    }

    @Override
    long take(final Consumer consumer) {
        return Ledger.NONE;
    }

    @Override
    boolean hasAvailable() {
        return false;
    }

    @Override
    boolean waitsForHighWater() {
        return false;
    }
}
