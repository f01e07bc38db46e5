package io.ansermq.client;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Messages for tests. */
final class TestMessages {

    private TestMessages() {}

    /** A persistent message in lane 0 with this body. */
    static OutgoingMessage text(final String body) {
        return bytes(body.getBytes(StandardCharsets.UTF_8));
    }

    /** A message whose body takes so many bytes. */
    static OutgoingMessage ofBytes(final int bodyLength) {
        return bytes(new byte[bodyLength]);
    }

    /** A message whose record for a destination with a topic of one byte takes so many bytes. */
    static OutgoingMessage ofRecordBytes(final int recordBytes) {
        return ofBytes(recordBytes - ScriptedBroker.recordBytes(""));
    }

    private static OutgoingMessage bytes(final byte[] body) {
        final CRC32 crc = new CRC32();
        crc.update(body);
        return new OutgoingMessage(0, 0, 1_000, body, body.length, (int) crc.getValue(), new byte[0]);
    }
}
