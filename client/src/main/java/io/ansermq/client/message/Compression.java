package io.ansermq.client.message;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.ansermq.remoting.protocol.MessageLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * How the body of a message is compressed, as RocketMQ's clients have it: a flag, three bits for the kind, and the stream
 * format of its library. {@code zstd} and {@code lz4} need that library on the class path; {@code zlib} is in the JDK.
 */
public enum Compression {
    NONE(-1, ""),
    ZLIB(3, "java.util.zip"),
    LZ4(1, "at.yawk.lz4:lz4-java"),
    ZSTD(2, "com.github.luben:zstd-jni");

    /** A body that becomes longer than this when it is decompressed is an attack, or not for one message. */
    private static final int MAX_BYTES = 1 << 30;

    private static final int KIND_SHIFT = 8;
    private static final int KIND_MASK = 7;
    private static final int PIECE_BYTES = 8192;

    private final int number;
    private final String library;

    Compression(final int number, final String library) {
        this.number = number;
        this.library = library;
    }

    /** The one of this name, in any case. */
    public static Compression named(final String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** How the body of a record with these flags is compressed. */
    public static Compression of(final int sysFlag) {
        if ((sysFlag & MessageLayout.SYS_FLAG_COMPRESSED) == 0) {
            return NONE;
        }
        return switch (sysFlag >>> KIND_SHIFT & KIND_MASK) {
            case 1 -> LZ4;
            case 2 -> ZSTD;
            // Older RocketMQ clients say nothing.
            default -> ZLIB;
        };
    }

    /** What says so in a record. */
    public int sysFlag() {
        return this == NONE ? 0 : MessageLayout.SYS_FLAG_COMPRESSED | number << KIND_SHIFT;
    }

    /** The bytes compressed; null when that does not make them fewer. */
    public byte @Nullable [] compress(final byte[] data, final int length) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream(length / 2);
        try (OutputStream compressing = compressing(out)) {
            compressing.write(data, 0, length);
        } catch (LinkageError e) {
            throw missing(e);
        }
        return out.size() < length ? out.toByteArray() : null;
    }

    /** The bytes as they were. */
    public byte[] decompress(final byte[] data, final int offset, final int length) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream(2 * length);
        try (InputStream in = decompressing(new ByteArrayInputStream(data, offset, length))) {
            final byte[] piece = new byte[PIECE_BYTES];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                if (out.size() > MAX_BYTES - count) {
                    throw new IOException("it becomes longer than " + MAX_BYTES + " bytes");
                }
                out.write(piece, 0, count);
            }
        } catch (LinkageError e) {
            throw missing(e);
        }
        return out.toByteArray();
    }

    private OutputStream compressing(final OutputStream out) throws IOException {
        return switch (this) {
            case NONE -> out;
            case ZLIB -> new DeflaterOutputStream(out);
            case LZ4 -> Lz4.compressing(out);
            case ZSTD -> Zstd.compressing(out);
        };
    }

    private InputStream decompressing(final InputStream in) throws IOException {
        return switch (this) {
            case NONE -> in;
            case ZLIB -> new InflaterInputStream(in);
            case LZ4 -> Lz4.decompressing(in);
            case ZSTD -> Zstd.decompressing(in);
        };
    }

    private IOException missing(final LinkageError e) {
        return new IOException(
                "compression " + name().toLowerCase(Locale.ROOT) + " needs " + library + " on the class path", e);
    }

    /** A class of its own, so that nothing looks for the library unless it is used. */
    private static final class Lz4 {
        static OutputStream compressing(final OutputStream out) throws IOException {
            return new LZ4FrameOutputStream(out);
        }

        static InputStream decompressing(final InputStream in) throws IOException {
            return new LZ4FrameInputStream(in);
        }
    }

    /** A class of its own, so that nothing looks for the library unless it is used. */
    private static final class Zstd {
        static OutputStream compressing(final OutputStream out) throws IOException {
            return new ZstdOutputStream(out);
        }

        static InputStream decompressing(final InputStream in) throws IOException {
            return new ZstdInputStream(in);
        }
    }
}
