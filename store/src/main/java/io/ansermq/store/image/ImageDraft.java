package io.ansermq.store.image;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** An image on its way from {@code core}, which fills chunks, to {@code aux}, which writes them out. */
final class ImageDraft implements ImageWriter {
    private static final int CHUNK_BYTES = 64 << 10;

    private final ImageLayout.Header header;
    private final Runnable wakeAux;

    // core
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private long entries;

    // core to aux
    private final Queue<ByteBuffer> chunks = new ConcurrentLinkedQueue<>();
    private final Queue<Preparation> preparations = new ConcurrentLinkedQueue<>();
    private volatile Stage stage = Stage.FILLING;

    enum Stage {
        /** Core adds entries. */
        FILLING,
        /** Core is through; aux publishes. */
        FINISHED,
        /** Core does not want it any more; aux cleans up. */
        ABANDONED,
        PUBLISHED,
        /** Cleaned up: recovery knows nothing of it. */
        DROPPED
    }

    ImageDraft(final ImageLayout.Header header, final Runnable wakeAux) {
        this.header = header;
        this.wakeAux = wakeAux;
    }

    @Override
    public long position() {
        return header.position();
    }

    @Override
    public void add(final int type, final ByteBuffer payload) {
        if (type < 1) {
            throw new IllegalArgumentException("entry types start at 1, got " + type);
        }
        if (stage == Stage.DROPPED) {
            return; // Aux could not write it; core finds out by isDone.
        }
        if (stage != Stage.FILLING) {
            throw new IllegalStateException("the image takes no more entries: " + stage);
        }
        final int bytes = ImageLayout.ENTRY_HEADER_BYTES + payload.remaining();
        if (chunk.remaining() < bytes) {
            handOver();
            chunk = ByteBuffer.allocate(Math.max(CHUNK_BYTES, bytes));
        }
        chunk.putInt(type).putInt(payload.remaining()).put(payload.duplicate());
        entries++;
    }

    private void handOver() {
        if (chunk.position() > 0) {
            chunks.add(chunk.flip());
            wakeAux.run();
        }
    }

    @Override
    public void beforePublishing(final Preparation preparation) {
        preparations.add(preparation);
    }

    @Override
    public void finish() {
        handOver();
        move(Stage.FINISHED);
    }

    @Override
    public void abandon() {
        move(Stage.ABANDONED);
    }

    private void move(final Stage next) {
        if (stage == Stage.FILLING) {
            stage = next;
            wakeAux.run();
        }
    }

    @Override
    public boolean isDone() {
        return stage == Stage.PUBLISHED || stage == Stage.DROPPED;
    }

    @Override
    public boolean isPublished() {
        return stage == Stage.PUBLISHED;
    }

    ImageLayout.Header header() {
        return header;
    }

    Stage stage() {
        return stage;
    }

    /** The next chunk, or null if there is none now. Aux. */
    @Nullable
    ByteBuffer poll() {
        return chunks.poll();
    }

    /** Aux, once finished. */
    Iterable<Preparation> preparations() {
        return preparations;
    }

    /** How many entries there are, once finished. Aux. */
    long entries() {
        return entries;
    }

    /** Aux is through. */
    void done(final Stage outcome) {
        stage = outcome;
    }
}
