package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.MessageLayout;

/** What the bits of a lane's index entry mean: facts that delivery wants to know without reading the message. */
public final class EntryBits {

    /** The message must not survive a restart. */
    public static final int NON_PERSISTENT = 1;

    /**
     * The message came into its lane later than into the log, by a record that names its position: its own bytes hold
     * another lane, offset or transaction state than it has here, so delivery goes by the entry ({@link RecordPatch}).
     */
    public static final int INDIRECT = 1 << 1;

    /** The message waited for its delivery time. Its position still says when it was sent. */
    public static final int DELAYED = 1 << 2;

    /** The message was sent in a transaction that was committed later. */
    public static final int HALF = 1 << 3;

    /** The message's bytes in the log are damaged. */
    public static final int DAMAGED = 1 << 4;

    /** The message belongs to a group, whose hash is the upper half of the entry's tags code. */
    public static final int GROUPED = 1 << 5;

    /** The message was taken out of its lane, and another one stands in its place. */
    public static final int WITHDRAWN = 1 << 6;

    /** Nobody is shown the message, whatever else is known of it. */
    static final int NOT_SHOWN = DAMAGED | WITHDRAWN;

    /** What the record itself says. */
    static int of(final int sysFlag) {
        return ((sysFlag & MessageLayout.SYS_FLAG_NON_PERSISTENT) == 0 ? 0 : NON_PERSISTENT)
                | ((sysFlag & MessageLayout.SYS_FLAG_GROUPED) == 0 ? 0 : GROUPED);
    }

    private EntryBits() {}
}
