package io.ansermq.broker.openmessaging;

import io.ansermq.broker.core.ClientLink;
import io.ansermq.broker.core.CoreDesk;
import io.ansermq.broker.core.DestinationState;
import io.ansermq.broker.core.Lane;
import io.ansermq.broker.security.Permission;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import io.ansermq.remoting.protocol.SharedQueueHeader.UpdateMessage;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives messages that wait other headers: a copy with them comes in their place. Owned by the core agent. */
final class MessageUpdates {

    /** So many messages of a lane, the newest, are looked through for one that came there by a detour. */
    private static final int MAX_SCAN = 100_000;

    /** A message that waits, in a lane or for its time. */
    private record Found(
            long position,
            int size,
            int laneNumber,
            @Nullable Lane lane,
            long offset,
            long dueEpochMs) {}

    private final CoreDesk desk;

    MessageUpdates(final CoreDesk desk) {
        this.desk = desk;
    }

    void update(final ClientLink link, final UpdateMessage update, final int opaque) {
        final DestinationState destination = desk.destination(update.destination());
        final String refusal = destination == null
                ? null
                : link.access().refusal(Permission.MANAGE, destination.kindForAccess(), destination.name());
        final Found found = destination == null || refusal != null ? null : find(destination, update.messageId());
        if (refusal != null) {
            link.answer(opaque, new Failure(ErrorCodes.AUTHORIZATION, refusal));
        } else if (destination == null || found == null) {
            link.answer(
                    opaque,
                    new Failure(
                            ErrorCodes.DESTINATION,
                            "no message " + update.messageId()
                                    + " waits there that no consumer has: it was consumed, or is being consumed"));
        } else {
            replace(link, opaque, update, destination, found);
        }
    }

    private void replace(
            final ClientLink link,
            final int opaque,
            final UpdateMessage update,
            final DestinationState destination,
            final Found found) {
        final int lane =
                update.toLane() > 0 ? Math.min(update.toLane() - 1, destination.lanes() - 1) : found.laneNumber();
        final ByteBuf copy = desk.copy(found.position(), found.size(), destination, lane, properties -> {
            final Map<String, String> changed = new HashMap<>(properties);
            update.properties().forEach((name, value) -> {
                if (value.isEmpty()) {
                    changed.remove(name);
                } else {
                    changed.put(name, value);
                }
            });
            return changed;
        });
        if (copy == null) {
            link.answer(
                    opaque, new Failure(ErrorCodes.INTERNAL, "the message cannot be read: run 'anser store verify'"));
        } else if (found.lane() != null) {
            desk.replace(destination, copy, found.lane(), found.offset(), refusal -> answer(link, opaque, refusal));
        } else {
            desk.replaceDelayed(
                    destination, copy, found.dueEpochMs(), found.offset(), refusal -> answer(link, opaque, refusal));
        }
    }

    private void answer(final ClientLink asker, final int opaque, final @Nullable Failure refusal) {
        if (!desk.isGone(asker)) {
            desk.touch(asker);
            asker.answer(opaque, refusal == null ? new Done() : refusal);
        }
    }

    // ---- finding

    private @Nullable Found find(final DestinationState destination, final String messageId) {
        final Found[] found = new Found[1];
        desk.findKey(destination.topic(), messageId, 0, Long.MAX_VALUE, position -> {
            if (found[0] == null) {
                found[0] = inLane(destination, messageId, position);
            }
        });
        if (found[0] == null) {
            desk.forEachDelayed(destination, (dueEpochMs, number, position, size) -> {
                final byte[] record = read(position, size);
                if (record != null && messageId.equals(idOf(record))) {
                    found[0] = new Found(
                            position,
                            size,
                            MessageLayout.int32(record, MessageLayout.QUEUE_ID),
                            null,
                            number,
                            dueEpochMs);
                }
                return found[0] == null;
            });
        }
        return found[0];
    }

    private @Nullable Found inLane(final DestinationState destination, final String messageId, final long position) {
        final byte[] head = read(position, MessageLayout.BODY);
        final int size = head == null ? 0 : MessageLayout.int32(head, MessageLayout.TOTAL_SIZE);
        final byte[] record = size < MessageLayout.FIXED_BYTES_V1 ? null : read(position, size);
        if (record == null || !messageId.equals(idOf(record))) {
            return null;
        }
        for (int number = 0; number < destination.lanes(); number++) {
            final Lane lane = destination.lane(number);
            final long offset = lane == null ? -1 : offsetOf(lane, position, record);
            if (lane != null && offset >= 0 && desk.isWaiting(lane, offset)) {
                return new Found(position, size, number, lane, offset, 0);
            }
        }
        return null;
    }

    /** A message that was delayed or committed later has another offset than its record says. */
    private static long offsetOf(final Lane lane, final long position, final byte[] record) {
        final long told = MessageLayout.int64(record, MessageLayout.QUEUE_OFFSET);
        if (told >= lane.start() && told < lane.end() && lane.position(told) == position) {
            return told;
        }
        final long least = Math.max(lane.start(), lane.end() - MAX_SCAN);
        for (long offset = lane.end() - 1; offset >= least; offset--) {
            if (lane.position(offset) == position) {
                return offset;
            }
        }
        return -1;
    }

    private byte @Nullable [] read(final long position, final int size) {
        final byte[] record = new byte[size];
        return desk.read(position, size, ByteBuffer.wrap(record)) ? record : null;
    }

    private static @Nullable String idOf(final byte[] bytes) {
        final int offset = MessageLayout.propertiesOffset(bytes, 0);
        final long place = MessageProperties.find(
                bytes,
                offset,
                MessageLayout.propertiesLength(bytes, 0),
                MessageProperties.UNIQ_KEY.getBytes(StandardCharsets.UTF_8));
        return place == MessageProperties.NONE
                ? null
                : new String(
                        bytes,
                        MessageProperties.offset(place),
                        MessageProperties.length(place),
                        StandardCharsets.UTF_8);
    }
}
