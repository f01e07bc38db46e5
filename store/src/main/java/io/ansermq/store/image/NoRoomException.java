package io.ansermq.store.image;

import java.io.IOException;

/**
 * What an image needs to have on the disk finds no room there. Nothing is lost: the image is dropped, older ones still
 * count, and the next one tries again.
 */
public final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1L;

    public NoRoomException(final String message, final IOException cause) {
        super(message, cause);
    }
}
