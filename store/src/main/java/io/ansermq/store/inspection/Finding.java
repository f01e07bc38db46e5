package io.ansermq.store.inspection;

/**
 * Something that is wrong with a store.
 *
 * @param kind what
 * @param file where, as a path
 * @param position the position in the log, or -1 when it is not about one
 * @param end where it ends in the log, or -1
 * @param text the whole sentence, for people
 */
public record Finding(Kind kind, String file, long position, long end, String text) {
    /** What can be wrong. */
    public enum Kind {
        /** Forced bytes of the log are damaged or missing: a start refuses, or readers will find it. */
        LOG,
        /** An entry of the queue index does not point at a message. */
        INDEX,
        /** A state image is damaged: with another one or the whole log nothing is lost. */
        IMAGE,
        /** No slot of the checkpoint is whole. */
        CHECKPOINT,
        /** Something that this program does not know. */
        UNKNOWN
    }

    static Finding of(final Kind kind, final Object file, final String text) {
        return new Finding(kind, file.toString(), -1, -1, text);
    }
}
