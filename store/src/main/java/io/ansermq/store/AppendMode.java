package io.ansermq.store;

/** How the log agent brings frames into a segment. Readers use the mapping of the segment in every mode. */
public enum AppendMode {
    /** The faster of the two, which was measured: CHANNEL. */
    AUTO,
    /** Copies into a mapping of the segment: no system call for a write. */
    MAPPED,
    /** One positional write per contiguous run of frames. */
    CHANNEL
}
