package io.ansermq.broker.core;

import io.ansermq.broker.core.LargeParts.Part;
import io.ansermq.remoting.protocol.LargeBody;
import io.ansermq.remoting.protocol.MessageLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of long bodies the log must keep: those of messages that are wanted, and those of uploads that are under way.
 * Owned by the core agent.
 *
 * <p>For a message it is enough to know where its record and its parts stand. As long as anything keeps the log from
 * that record on, this keeps it from the first part on; when nothing does, the message is settled and forgotten here.
 * {@link LargeParts} knows where parts went that the cleaner moved.
 */
final class LargeMessages {

    /** The parts of each message, by the position of its record. */
    private final TreeMap<Long, Part[]> messages = new TreeMap<>();

    private final LargeParts parts;

    private final IdentityHashMap<ClientLink, Map<Integer, Upload>> uploads = new IdentityHashMap<>();

    /** Parts of one body before its message. */
    static final class Upload {
        final long first;
        long bytes;

        private Upload(final long first) {
            this.first = first;
        }
    }

    LargeMessages(final LargeParts parts) {
        this.parts = parts;
    }

    /** A record comes into the log at {@code position}; {@code at} is its start in the buffer. */
    void record(final ByteBuffer record, final int at, final long position) {
        if ((record.getInt(at + MessageLayout.SYS_FLAG) & MessageLayout.SYS_FLAG_LARGE) == 0) {
            return;
        }
        final int body = MessageLayout.bodyOffset(record, at);
        final long[] positions = LargeBody.positions(record, body, MessageLayout.bodyLength(record, at));
        if (positions.length == 0 || messages.containsKey(position)) {
            return;
        }
        final Part[] listed = new Part[positions.length];
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] < 0 || positions[i] >= position) {
                // Not what a client of ours writes: nothing of it is kept.
                return;
            }
        }
        for (int i = 0; i < positions.length; i++) {
            listed[i] = parts.hold(positions[i]);
        }
        messages.put(position, listed);
        final long first = LargeBody.first(record, body);
        uploads.values().forEach(each -> each.values().removeIf(upload -> upload.first == first));
    }

    /** The copy of a record stands elsewhere; its parts do not. */
    void moved(final long from, final long to) {
        final Part[] listed = messages.get(from);
        if (listed != null && !messages.containsKey(to)) {
            for (final Part part : listed) {
                parts.hold(part.original());
            }
            messages.put(to, listed);
        }
    }

    /** A walk of the cleaner came by a wanted record at this position. */
    void wanted(final long position) {
        final Part[] listed = messages.isEmpty() ? null : messages.get(position);
        if (listed != null) {
            for (final Part part : listed) {
                parts.wanted(part);
            }
        }
    }

    /** The upload of this number, or null when it has no part yet. */
    @Nullable
    Upload upload(final ClientLink link, final int number) {
        final Map<Integer, Upload> ofLink = uploads.get(link);
        return ofLink == null ? null : ofLink.get(number);
    }

    /** A part of an upload stands at this position. */
    void part(final ClientLink link, final int number, final long position, final int bytes) {
        uploads.computeIfAbsent(link, each -> new HashMap<>())
                .computeIfAbsent(number, each -> new Upload(position))
                .bytes += bytes;
    }

    /** The connection is gone and with it its uploads. */
    void closed(final ClientLink link) {
        uploads.remove(link);
    }

    /**
     * From where on the log must be kept.
     *
     * @param wanted from where on it must be kept for everything else
     */
    long oldestWanted(final long wanted) {
        final Map<Long, Part[]> settled = messages.headMap(wanted);
        for (final Part[] listed : settled.values()) {
            for (final Part part : listed) {
                parts.drop(part);
            }
        }
        settled.clear();
        long oldest = parts.lowest(wanted);
        for (final Map<Integer, Upload> ofLink : uploads.values()) {
            for (final Upload upload : ofLink.values()) {
                oldest = Math.min(oldest, upload.first);
            }
        }
        return oldest;
    }

    /** For a state image: of each message the position of its record, and of each part that of its first place and its place. */
    List<ByteBuffer> entries() {
        final List<ByteBuffer> entries = new ArrayList<>();
        messages.forEach((position, listed) -> {
            final ByteBuffer entry = ByteBuffer.allocate((1 + 2 * listed.length) * Long.BYTES);
            entry.putLong(position);
            for (final Part part : listed) {
                entry.putLong(part.original()).putLong(part.position());
            }
            entries.add(entry.flip());
        });
        return entries;
    }

    /** Takes in what {@link #entries} gave. */
    void load(final ByteBuffer entry) {
        final long position = entry.getLong();
        final Part[] listed = new Part[entry.remaining() / (2 * Long.BYTES)];
        for (int i = 0; i < listed.length; i++) {
            listed[i] = parts.hold(entry.getLong());
            parts.load(listed[i], entry.getLong());
        }
        messages.put(position, listed);
    }
}
