package io.ansermq.broker.openmessaging;

import io.ansermq.broker.core.ClientLink;
import io.ansermq.broker.core.CoreDesk;
import io.ansermq.broker.core.CoreGuest;
import io.ansermq.broker.core.DestinationState;
import io.ansermq.broker.rocketmq.OtherProducers;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.SharedQueueHeader.ListResources;
import io.ansermq.remoting.protocol.SharedQueueHeader.OfferChecks;
import io.ansermq.remoting.protocol.SharedQueueHeader.OpenSharedQueue;
import io.ansermq.remoting.protocol.SharedQueueHeader.PutResource;
import io.ansermq.remoting.protocol.SharedQueueHeader.ReadLane;
import io.ansermq.remoting.protocol.SharedQueueHeader.RemoveResource;
import io.ansermq.remoting.protocol.SharedQueueHeader.UpdateMessage;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The guest in core that carries out what OpenMessaging clients ask for. Owned by the core agent. */
public final class OpenMessagingState implements CoreGuest {

    private final boolean autoCreate;
    private final Checkers checkers = new Checkers();
    private @Nullable CoreDesk desk;
    private @Nullable SharedQueues queues;
    private @Nullable Resources resources;
    private @Nullable MessageUpdates updates;

    /** @param autoCreate whether opening a queue makes it */
    public OpenMessagingState(final boolean autoCreate) {
        this.autoCreate = autoCreate;
    }

    @Override
    public void attach(final CoreDesk core) {
        desk = core;
        checkers.attach(core);
        final Resources known = new Resources(core);
        queues = new SharedQueues(core, known, autoCreate);
        resources = known;
        updates = new MessageUpdates(core);
        known.keepQueues();
        known.routings().startAll();
    }

    /** Asks clients about half messages. */
    public OtherProducers producers() {
        return checkers;
    }

    @Override
    public boolean request(final ClientLink link, final ControlHeader header, final int opaque) {
        final SharedQueues shared = Objects.requireNonNull(queues);
        final Resources known = Objects.requireNonNull(resources);
        switch (header.code()) {
            case OpenSharedQueue.CODE -> shared.open(link, (OpenSharedQueue) header, opaque);
            case ReadLane.CODE -> shared.read(link, (ReadLane) header, opaque);
            case OfferChecks.CODE -> offer(link, (OfferChecks) header, opaque);
            case PutResource.CODE -> settle(link, opaque, known.put(link, (PutResource) header));
            case RemoveResource.CODE -> settle(link, opaque, known.remove(link, (RemoveResource) header));
            case UpdateMessage.CODE -> Objects.requireNonNull(updates).update(link, (UpdateMessage) header, opaque);
            case ListResources.CODE -> link.answer(opaque, known.list(link, (ListResources) header));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void offer(final ClientLink link, final OfferChecks offer, final int opaque) {
        if (offer.producerGroup().isEmpty()) {
            link.answer(opaque, new Failure(ErrorCodes.PROTOCOL, "the name of a producer group must not be empty"));
        } else {
            checkers.add(offer.producerGroup(), link);
            link.answer(opaque, new Done());
        }
    }

    /** Answers a change: at once when it is refused, else when it is stored. */
    private void settle(final ClientLink link, final int opaque, final @Nullable Failure refusal) {
        final CoreDesk core = Objects.requireNonNull(desk);
        if (refusal != null) {
            link.answer(opaque, refusal);
        } else {
            core.whenStored(() -> {
                if (!core.isGone(link)) {
                    core.touch(link);
                    link.answer(opaque, new Done());
                }
            });
        }
    }

    @Override
    public int doWork(final long nowEpochMs) {
        return Objects.requireNonNull(resources).routings().doWork(nowEpochMs);
    }

    @Override
    public boolean isIdle() {
        return Objects.requireNonNull(resources).routings().isIdle();
    }

    @Override
    public void destinationAdded(final DestinationState destination) {
        // Nothing here depends on destinations that nobody asks for.
    }

    @Override
    public void closed(final ClientLink link) {
        checkers.remove(link);
    }
}
