package io.ansermq.broker.openmessaging;

import io.ansermq.broker.core.ClientLink;
import io.ansermq.broker.core.CoreDesk;
import io.ansermq.broker.core.DestinationState;
import io.ansermq.broker.core.Lane;
import io.ansermq.broker.core.RecordPlaces;
import io.ansermq.broker.ledger.Catalog;
import io.ansermq.broker.security.Permission;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.SharedQueueHeader.LaneRead;
import io.ansermq.remoting.protocol.SharedQueueHeader.OpenSharedQueue;
import io.ansermq.remoting.protocol.SharedQueueHeader.ReadLane;
import io.ansermq.remoting.protocol.SharedQueueHeader.SharedQueueOpened;

/** Opens shared queues and reads their lanes. Owned by the core agent. */
final class SharedQueues {

    /** What one answer carries at most, unless a single message is larger. */
    private static final int MAX_BYTES = 256 * 1024;

    private static final int MAX_MESSAGES = 256;
    /** Offsets without a message to see that one request may pass over. */
    private static final int MAX_STEPS = 65_536;

    private final CoreDesk desk;
    private final Resources resources;
    private final boolean autoCreate;

    SharedQueues(final CoreDesk desk, final Resources resources, final boolean autoCreate) {
        this.desk = desk;
        this.resources = resources;
        this.autoCreate = autoCreate;
    }

    void open(final ClientLink link, final OpenSharedQueue open, final int opaque) {
        final Catalog.Decision decision = desk.decideSharedQueue(open.name(), open.streams());
        if (decision instanceof Catalog.Refused refused) {
            link.answer(opaque, new Failure(refused.error(), refused.text()));
        } else if (decision instanceof Catalog.Known known) {
            opened(link, opaque, known.destination().id());
        } else if (decision instanceof Catalog.Pending pending) {
            openedWhenStored(link, opaque, pending.destination().id());
        } else if (decision instanceof Catalog.Create create) {
            if (!autoCreate || !open.create()) {
                link.answer(
                        opaque,
                        new Failure(
                                ErrorCodes.DESTINATION,
                                "there is no queue '" + open.name()
                                        + "'; create it first, or start the broker with auto-create=true"));
                return;
            }
            final String refusal = link.access().refusal(Permission.CREATE, null, open.name());
            if (refusal != null) {
                link.answer(opaque, new Failure(ErrorCodes.AUTHORIZATION, refusal));
                return;
            }
            desk.create(create);
            openedWhenStored(link, opaque, create.destination().id());
        }
    }

    private void openedWhenStored(final ClientLink link, final int opaque, final int id) {
        desk.whenStored(() -> {
            if (!desk.isGone(link)) {
                desk.touch(link);
                opened(link, opaque, id);
            }
        });
    }

    private void opened(final ClientLink link, final int opaque, final int id) {
        final DestinationState destination = desk.destination(id);
        link.answer(
                opaque,
                destination == null
                        ? new Failure(ErrorCodes.DESTINATION, "the queue was deleted meanwhile: open it again")
                        : new SharedQueueOpened(
                                id, destination.topic(), destination.lanes(), destination.isPrioritised()));
    }

    void read(final ClientLink link, final ReadLane read, final int opaque) {
        final DestinationState destination = desk.destination(read.destination());
        if (destination == null || read.lane() >= destination.lanes()) {
            link.answer(
                    opaque,
                    new Failure(
                            ErrorCodes.DESTINATION,
                            destination == null
                                    ? "no destination has number " + read.destination() + "; open it again"
                                    : "'" + destination.name() + "' has no lane " + read.lane() + ", only "
                                            + destination.lanes()));
            return;
        }
        final String refusal =
                link.access().refusal(Permission.BROWSE, destination.kindForAccess(), destination.name());
        if (refusal != null) {
            link.answer(opaque, new Failure(ErrorCodes.AUTHORIZATION, refusal));
            return;
        }
        resources.keep(destination);
        final Lane lane = desk.lane(destination, read.lane());
        final int wanted = Math.min(read.maxMessages(), MAX_MESSAGES);
        final RecordPlaces places = read.backward()
                ? before(lane, Math.min(read.offset(), lane.end()), wanted)
                : from(lane, Math.max(read.offset(), lane.start()), wanted);
        final long start = lane.start();
        final long end = lane.end();
        link.records(opaque, count -> new LaneRead(start, end, count), places);
    }

    private RecordPlaces from(final Lane lane, final long first, final int wanted) {
        final RecordPlaces places = new RecordPlaces();
        final long end = Math.min(lane.end(), first + MAX_STEPS);
        long bytes = 0;
        for (long offset = first; offset < end && places.count() < wanted && bytes < MAX_BYTES; offset++) {
            bytes += addIfVisible(places, lane, offset);
        }
        return places;
    }

    private RecordPlaces before(final Lane lane, final long end, final int wanted) {
        final long least = Math.max(lane.start(), end - MAX_STEPS);
        long first = end;
        long bytes = 0;
        int found = 0;
        while (first > least && found < wanted && bytes < MAX_BYTES) {
            first--;
            if (isVisible(lane, first)) {
                found++;
                bytes += lane.size(first);
            }
        }
        final RecordPlaces places = new RecordPlaces();
        for (long offset = first; offset < end; offset++) {
            addIfVisible(places, lane, offset);
        }
        return places;
    }

    private boolean isVisible(final Lane lane, final long offset) {
        return lane.size(offset) > 0 && desk.isVisible(lane, offset);
    }

    private int addIfVisible(final RecordPlaces places, final Lane lane, final long offset) {
        if (!isVisible(lane, offset)) {
            return 0;
        }
        final int size = lane.size(offset);
        places.add(lane.number(), offset, lane.position(offset), size);
        return size;
    }
}
