package io.ansermq.remoting.security;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Random numbers that nobody can guess and no other process has: those of the operating system. Thread safe.
 *
 * <p>A {@link SecureRandom} has the same, and makes a JVM load providers and digests for it, which takes 15 ms of those in
 * which a broker inside the JVM starts. It is asked where the system has no device for them. Each number here opens that
 * device, which takes some 5 us: for what is drawn once for a connection, a session or a large body, not for each message or transaction.
 */
public final class SystemRandom implements RandomGenerator {
    /** The one source of a process. */
    public static final SystemRandom INSTANCE = new SystemRandom();

    private static final String DEVICE = "/dev/urandom";

    private SystemRandom() {}

    @Override
    public long nextLong() {
        try (FileInputStream device = new FileInputStream(DEVICE)) {
            final byte[] bytes = device.readNBytes(Long.BYTES);
            if (bytes.length == Long.BYTES) {
                return ByteBuffer.wrap(bytes).getLong();
            }
        } catch (final IOException e) {
            // Not on this system.
        }
        return new SecureRandom().nextLong();
    }
}
