package io.ansermq.broker.core;

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
 * <p>For a message it is enough to know where its record and its first part stand. As long as anything keeps the log from
 * that record on, this keeps it from the first part on; when nothing does, the message is settled and forgotten here.
 */
final class LargeMessages {

    /** Where each message's first part stands, by the position of its record. */
    private final TreeMap<Long, Long> firstParts = new TreeMap<>();

    private final IdentityHashMap<ClientLink, Map<Integer, Upload>> uploads = new IdentityHashMap<>();

    /** Parts of one body before its message. */
    static final class Upload {
        final long first;
        long bytes;

        private Upload(final long first) {
            this.first = first;
        }
    }

    /** A record comes into the log at {@code position}; {@code at} is its start in the buffer. */
    void record(final ByteBuffer record, final int at, final long position) {
        if ((record.getInt(at + MessageLayout.SYS_FLAG) & MessageLayout.SYS_FLAG_LARGE) == 0) {
            return;
        }
        final int body = MessageLayout.bodyOffset(record, at);
        final long first = LargeBody.first(record, body);
        if (first >= 0 && first < position) {
            firstParts.put(position, first);
            uploads.values().forEach(each -> each.values().removeIf(upload -> upload.first == first));
        }
    }

    /** The copy of a record stands elsewhere; its parts do not. */
    void moved(final long from, final long to) {
        final Long first = firstParts.get(from);
        if (first != null) {
            firstParts.put(to, first);
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
        firstParts.headMap(wanted).clear();
        long oldest = wanted;
        for (final long first : firstParts.values()) {
            oldest = Math.min(oldest, first);
        }
        for (final Map<Integer, Upload> ofLink : uploads.values()) {
            for (final Upload upload : ofLink.values()) {
                oldest = Math.min(oldest, upload.first);
            }
        }
        return oldest;
    }

    /** For a state image: position of the record and of its first part, of each message. */
    List<ByteBuffer> entries() {
        final List<ByteBuffer> entries = new ArrayList<>();
        firstParts.forEach((position, first) -> entries.add(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(position)
                .putLong(first)
                .flip()));
        return entries;
    }

    /** Takes in what {@link #entries} gave. */
    void load(final ByteBuffer entry) {
        final long position = entry.getLong();
        firstParts.put(position, entry.getLong());
    }
}
