package io.ansermq.broker.core;

import io.ansermq.broker.ledger.GroupOffsets;
import io.ansermq.broker.ledger.GroupOffsets.Unrecorded;
import io.ansermq.broker.ledger.RangeSet;
import io.ansermq.broker.ledger.Settings;
import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.commitlog.FrameWriter;
import java.util.ArrayDeque;

/**
 * Writes what is neither a message nor its settlement: settings and the offsets of consumer groups; and calls back those
 * who wait until everything written so far is stored. Owned by the core agent.
 */
final class Facts {

    private record Setting(String name, String value) {}

    private record Cancelled(long ledger, long number) {}

    /** What an ACK record says of messages that were taken back before their time. */
    private static final int REASON_DROPPED = 1;

    private final FrameWriter writer;
    private final Effects effects;
    private final SequencedPosition last;
    private final FlushLevel level;
    private final Settings settings;
    private final GroupOffsets offsets;

    private final ArrayDeque<Setting> unwritten = new ArrayDeque<>();
    private final ArrayDeque<Cancelled> cancelled = new ArrayDeque<>();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean writeOffsets;

    Facts(
            final FrameWriter writer,
            final Effects effects,
            final SequencedPosition last,
            final FlushLevel level,
            final Settings settings,
            final GroupOffsets offsets) {
        this.writer = writer;
        this.effects = effects;
        this.last = last;
        this.level = level;
        this.settings = settings;
        this.offsets = offsets;
    }

    Settings settings() {
        return settings;
    }

    GroupOffsets offsets() {
        return offsets;
    }

    /** Sets a value for good; an empty one removes it. */
    void set(final String name, final String value) {
        unwritten.add(new Setting(name, value));
    }

    /** A message that waited for its time was cancelled: records it as done. */
    void cancelled(final long ledger, final long number) {
        cancelled.add(new Cancelled(ledger, number));
    }

    /** Has the offsets that were told written in this turn. */
    void writeOffsets() {
        writeOffsets = true;
    }

    /** Runs an action on core once everything that was asked for so far is stored. */
    void whenStored(final Runnable action) {
        waiting.add(action);
    }

    boolean hasWork() {
        return !unwritten.isEmpty()
                || !cancelled.isEmpty()
                || !waiting.isEmpty()
                || (writeOffsets && offsets.hasUnrecorded());
    }

    /** Writes the records of this turn into the open frame; what finds no room stays for the next turn. */
    void write() {
        while (!unwritten.isEmpty()) {
            final Setting setting = unwritten.element();
            final int size = ControlRecord.sizeOfSetting(setting.name(), setting.value());
            if (!writer.reserve(size)) {
                return;
            }
            ControlRecord.encodeSetting(writer.slot(), setting.name(), setting.value());
            commit(size, level);
            unwritten.remove();
        }
        for (Cancelled each = cancelled.peek(); each != null; each = cancelled.peek()) {
            final RangeSet number = new RangeSet();
            number.range(each.number(), each.number());
            final int size = ControlRecord.sizeOfAck(each.ledger(), number);
            if (!writer.reserve(size)) {
                return;
            }
            ControlRecord.encodeAck(writer.slot(), each.ledger(), REASON_DROPPED, number);
            commit(size, level);
            cancelled.remove();
        }
        if (writeOffsets && !writeAllOffsets()) {
            return;
        }
        writeOffsets = false;
        for (Runnable action = waiting.poll(); action != null; action = waiting.poll()) {
            effects.add(Effects.Kind.ACTION, last.get()).action = action;
        }
    }

    private boolean writeAllOffsets() {
        for (Unrecorded next = offsets.nextUnrecorded(); next != null; next = offsets.nextUnrecorded()) {
            final String group = next.key().group();
            final String topic = next.key().topic();
            final int size = ControlRecord.sizeOfOffset(group, topic, next.queue(), next.offset());
            if (!writer.reserve(size)) {
                return false;
            }
            ControlRecord.encodeOffset(writer.slot(), group, topic, next.queue(), next.offset());
            commit(size, FlushLevel.WRITTEN);
            offsets.recorded();
        }
        return true;
    }

    private void commit(final int size, final FlushLevel at) {
        final long position = writer.position();
        writer.commit(at);
        effects.add(Effects.Kind.CONTROL, position).size = size;
        last.set(position);
    }
}
