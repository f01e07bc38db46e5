package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.files.Background;
import io.ansermq.store.files.Files;
import io.ansermq.store.files.StoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a message whose bytes in the log are not what was written: no client gets it, it is settled for every
 * subscription with a reason of its own, so that the messages behind it flow on, and its bytes as they are now are kept in
 * {@code damaged/POSITION-BYTES} in the data directory, for whoever wants to make something of them. Owned by the core
 * agent, which learns of damage from the network threads that read messages and from the {@link Cleaner}; {@code aux}
 * writes the files.
 */
final class SetAside implements Background.Task, Cleaner.Damage {

    private static final Logger LOG = LoggerFactory.getLogger(SetAside.class);

    private record Found(long position, int size) {}

    private final Registry registry;
    private final Settlement settlement;
    private final CommitLog log;
    private final Files files;
    private final Path directory;
    private final ConcurrentLinkedQueue<Found> toKeep = new ConcurrentLinkedQueue<>();
    private final Background background;
    private long messages;

    SetAside(
            final Registry registry,
            final Settlement settlement,
            final CommitLog log,
            final Files files,
            final Path dataDirectory) {
        this.registry = registry;
        this.settlement = settlement;
        this.log = log;
        this.files = files;
        this.directory = dataDirectory.resolve("damaged");
        this.background = log.background();
        background.register(this);
    }

    /** How many messages were set aside in this life. */
    long messages() {
        return messages;
    }

    /** The message of this index entry, if it still stands there, is damaged. */
    void damaged(final Lane lane, final long offset, final long position) {
        if (!lane.index.contains(offset)
                || lane.index.position(offset) != position
                || (lane.index.bits(offset) & EntryBits.DAMAGED) != 0) {
            return;
        }
        final int size = lane.index.size(offset);
        lane.index.mark(offset, EntryBits.DAMAGED);
        messages++;
        LOG.error(
                "message {} of {} '{}' (lane {}, {} bytes at log position {}) is damaged on the disk: it is not delivered"
                        + " and counts as settled; what is left of it goes to {}/{}",
                offset,
                lane.destination.kind() == DestinationKind.QUEUE ? "queue" : "topic",
                lane.destination.name(),
                lane.number,
                size,
                position,
                directory,
                name(position, size));
        toKeep.add(new Found(position, size));
        background.wake();
        final List<SubscriptionState> subscriptions = lane.destination.subscriptions();
        for (int i = 0; i < subscriptions.size(); i++) {
            final LaneLedger under = subscriptions.get(i).ledger(lane.number);
            if (under != null && under.ledger.nextUnfinished(offset) == offset) {
                settlement.damaged(under, offset);
            }
        }
    }

    @Override
    public void found(final int keeper, final long key, final long offset, final long position) {
        final Lane lane = keeper == Retained.LANES ? registry.lane(key) : null;
        if (lane != null) {
            damaged(lane, offset, position);
        }
    }

    private static String name(final long position, final int size) {
        return String.format("%020d-%d", position, size);
    }

    /** Aux. The segment is still there: retention learns of the settlement later than this was asked for. */
    @Override
    public boolean doWork() {
        final Found found = toKeep.poll();
        if (found == null) {
            return false;
        }
        final ByteBuffer bytes = ByteBuffer.allocate(found.size());
        final Path path = directory.resolve(name(found.position(), found.size()));
        if (!log.read(found.position(), found.size(), bytes, 0)) {
            LOG.warn("cannot keep the damaged message at log position {}: it is gone", found.position());
            return true;
        }
        try {
            files.createDirectories(directory);
            try (StoreFile file = files.create(path)) {
                file.write(bytes, 0);
                file.force();
            }
            files.syncDirectory(directory);
        } catch (final IOException e) {
            LOG.warn("cannot write {}: {}; what is left of this message is lost", path, e.toString());
        }
        return true;
    }
}
