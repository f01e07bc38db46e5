package io.ansermq.store.commitlog;

import java.nio.file.Path;

/**
 * Bytes of the log that are not what was written.
 *
 * @param segment the file
 * @param position where the damaged frame starts in the log; with several in a row, the first one
 * @param end where the next sound frame starts
 * @param fileOffset where the damage starts in the file
 */
public record Damage(Path segment, long position, long end, int fileOffset) {
    @Override
    public String toString() {
        return "the log segment " + segment + " is damaged between the positions " + position + " and " + end
                + " (from byte " + fileOffset + " of the file)";
    }
}
