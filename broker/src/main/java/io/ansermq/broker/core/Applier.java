package io.ansermq.broker.core;

import io.ansermq.broker.core.Effects.Effect;
import java.util.Objects;

/**
 * Makes committed records visible, in log order: the second half of the fold whose first half is the
 * {@link Sequencer}. Owned by the core agent.
 */
final class Applier {

    private final Effects effects;
    private final ControlFold controls;
    private final Arrivals arrivals;
    private final MessageKeys keys;
    private final Outgoing outgoing;
    private long appliedPosition;

    Applier(
            final Effects effects,
            final ControlFold controls,
            final Arrivals arrivals,
            final MessageKeys keys,
            final Outgoing outgoing) {
        this.effects = effects;
        this.controls = controls;
        this.arrivals = arrivals;
        this.keys = keys;
        this.outgoing = outgoing;
    }

    /** A frame boundary below which everything is applied: where the replay of an image of this moment begins. */
    long appliedPosition() {
        return appliedPosition;
    }

    /**
     * Applies effects below {@code committed}, at most {@code limit}, more only to finish a group of tied ones, and adds keys of
     * messages; returns how many of both.
     */
    int apply(final long committed, final int limit) {
        int count = 0;
        boolean tied = false;
        Effect effect = effects.peekCommitted(committed);
        while (effect != null && (count < limit || tied)) {
            tied = effect.tied;
            apply(effect);
            effects.removeFirst();
            count++;
            effect = effects.peekCommitted(committed);
        }
        if (effect == null) {
            appliedPosition = committed;
        }
        return count + keys.proceed();
    }

    /** Whether there is nothing to apply below {@code committed}. */
    boolean isIdle(final long committed) {
        return effects.peekCommitted(committed) == null && keys.isIdle();
    }

    private void apply(final Effect effect) {
        switch (effect.kind) {
            case MESSAGE -> applyMessage(effect);
            case TIMER -> applyTimer(effect);
            case CONTROL -> controls.applyCommitted(effect.position, effect.size);
            case ANSWER -> {
                final ClientLink link = Objects.requireNonNull(effect.link);
                outgoing.touch(link).answer(effect.opaque, Objects.requireNonNull(effect.answer));
            }
            case ACTION -> {
                if (effect.link != null) {
                    outgoing.touch(effect.link);
                }
                Objects.requireNonNull(effect.action).run();
            }
        }
    }

    private void applyMessage(final Effect effect) {
        final Lane lane = Objects.requireNonNull(effect.lane);
        arrivals.enter(
                lane, effect.offset, effect.position, effect.size, effect.expirySec, effect.tagsCode, effect.bits);
        keys.committed(lane, effect.position, effect.size, effect.position);
        lane.destination.messagesIn++;
        answer(effect, lane.number);
    }

    private void applyTimer(final Effect effect) {
        Objects.requireNonNull(effect.hour)
                .add(
                        effect.offset,
                        effect.position,
                        effect.size,
                        effect.expirySec,
                        effect.tagsCode,
                        effect.bits,
                        effect.dueEpochMs,
                        effect.laneNumber,
                        effect.destination);
        answer(effect, effect.laneNumber);
    }

    private void answer(final Effect effect, final int lane) {
        final ClientLink link = effect.link;
        if (link == null) {
            return;
        }
        if (link.producer != null) {
            link.producer.stored(effect.sequence);
        }
        if (!link.gone) {
            outgoing.touch(link).stored(effect.sequence, lane, effect.offset, effect.position);
        }
    }
}
