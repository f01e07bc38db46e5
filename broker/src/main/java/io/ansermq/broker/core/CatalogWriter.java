package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Catalog;
import io.ansermq.remoting.protocol.CatalogRecord;
import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.commitlog.FrameWriter;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes changes of the catalog. The records of one change are in one frame and become visible together, so that there is
 * never a queue without its subscription, nor a subscription and the one that it replaced. Owned by the core agent.
 */
final class CatalogWriter {

    private final FrameWriter writer;
    private final Effects effects;
    private final SequencedPosition last;
    private final FlushLevel level;
    private final ArrayDeque<Supplier<List<CatalogRecord>>> changes = new ArrayDeque<>();

    CatalogWriter(
            final FrameWriter writer, final Effects effects, final SequencedPosition last, final FlushLevel level) {
        this.writer = writer;
        this.effects = effects;
        this.last = last;
        this.level = level;
    }

    /** Records a new destination; its name and numbers must have been admitted. */
    void create(final Catalog.Create creation) {
        final var subscription = creation.subscription();
        final List<CatalogRecord> records = subscription == null
                ? List.of(creation.destination())
                : List.of(creation.destination(), subscription.toRecord());
        change(() -> records);
    }

    /**
     * Records a change that was admitted.
     *
     * @param records asked for what to write when it is written, and again when there was no room: every message that was
     *     sequenced by then stands before the change in the log, every later one behind it
     */
    void change(final Supplier<List<CatalogRecord>> records) {
        changes.add(records);
    }

    /** Where the next record will stand in the log. */
    long position() {
        return writer.position();
    }

    boolean hasWork() {
        return !changes.isEmpty();
    }

    /** Writes what waits into the open frame; false when there is no room for all of it now. */
    boolean write() {
        while (!changes.isEmpty()) {
            if (!write(changes.element().get())) {
                return false;
            }
            changes.remove();
        }
        return true;
    }

    private boolean write(final List<CatalogRecord> records) {
        int total = 0;
        for (final CatalogRecord each : records) {
            total += ControlRecord.sizeOfCatalog(each);
        }
        if (!writer.together(total)) {
            return false;
        }
        final int before = effects.size();
        for (final CatalogRecord each : records) {
            final int size = ControlRecord.sizeOfCatalog(each);
            if (!writer.reserve(size)) {
                throw new IllegalStateException("the log has no room for what it has made room for");
            }
            final long position = writer.position();
            ControlRecord.encodeCatalog(writer.slot(), each);
            writer.commit(level);
            effects.add(Effects.Kind.CONTROL, position).size = size;
            last.set(position);
        }
        effects.tie(before);
        return true;
    }
}
