package io.ansermq.benchmark;

/**
 * How large the messages of a run are in the log.
 *
 * @param bodyBytes size of a message's body
 */
record RecordShape(int bodyBytes) {

    /** A queue's name of ordinary length. */
    static final String TOPIC = "orders.incoming";
    /** What a JMS message without properties of its own carries: its id and the kind of its body. */
    static final int PROPERTIES_BYTES = 64;

    /** The header of a frame, DESIGN 1.3. */
    static final int FRAME_HEADER_BYTES = 56;

    /** A record in the log. */
    int recordBytes() {
        return 91 + bodyBytes + TOPIC.length() + PROPERTIES_BYTES;
    }

    /** A frame of so many records. */
    int frameBytes(final int records) {
        return FRAME_HEADER_BYTES + records * recordBytes();
    }

    /** For tables: {@code 100 B}, {@code 16 KiB}. */
    @Override
    public String toString() {
        return bodyBytes >= 1024 && bodyBytes % 1024 == 0 ? bodyBytes / 1024 + " KiB" : bodyBytes + " B";
    }
}
