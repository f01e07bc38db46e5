package io.ansermq.store.files;

import io.ansermq.store.StoreException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;

/**
 * Gives mapped memory back at a chosen moment. Java 17 has no public way, and waiting for the garbage collector would
 * keep the disk space of deleted segments.
 */
final class Unmapper {
    private static final Object UNSAFE;
    private static final Method INVOKE_CLEANER;

    static {
        try {
            final Class<?> type = Class.forName("sun.misc.Unsafe");
            final Field instance = type.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            UNSAFE = instance.get(null);
            INVOKE_CLEANER = type.getMethod("invokeCleaner", ByteBuffer.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Unmapper() {}

    /** Unmaps or frees a direct buffer that nobody will touch again; not a slice or duplicate of one. */
    static void unmap(final ByteBuffer buffer) {
        try {
            INVOKE_CLEANER.invoke(UNSAFE, buffer);
        } catch (final IllegalAccessException | InvocationTargetException e) {
            throw new StoreException("cannot unmap a segment: run with --add-modules jdk.unsupported", e);
        }
    }
}
