package io.ansermq.jms.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.DefaultSerializers;
import com.esotericsoftware.kryo.util.DefaultClassResolver;
import com.esotericsoftware.kryo.util.Pool;
import jakarta.jms.MessageFormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of map and stream messages, by Kryo with a closed list of classes.
 *
 * <pre>
 *   map     version(1) count(varint) count x { name(text) value }
 *   stream  version(1) count(varint) count x { value }
 *   value   class id(varint; 0 is null) and what the class's serializer writes
 *   text    length(varint) UTF-8 bytes
 * </pre>
 *
 * A reader takes nothing for granted: only the classes below, no references, no length beyond the bytes that are there.
 * Thread safe.
 */
final class ValueCodec {
    private static final byte VERSION = 1;

    /** Buffers that one large body made larger than this are not kept. */
    private static final int KEPT_BUFFER_BYTES = 64 * 1024;

    private static final int FIRST_BUFFER_BYTES = 512;
    private static final int POOL_SIZE = 16;

    private static final Pool<Workspace> POOL = new Pool<>(true, true, POOL_SIZE) {
        @Override
        protected Workspace create() {
            return new Workspace();
        }
    };

    private ValueCodec() {}

    static byte[] writeMap(final Map<String, @Nullable Object> values) {
        final Workspace workspace = POOL.obtain();
        try {
            final Output out = workspace.begin(values.size());
            values.forEach((name, value) -> {
                writeText(out, name);
                workspace.kryo.writeClassAndObject(out, value);
            });
            return out.toBytes();
        } finally {
            workspace.done();
        }
    }

    static byte[] writeStream(final List<@Nullable Object> values) {
        final Workspace workspace = POOL.obtain();
        try {
            final Output out = workspace.begin(values.size());
            for (final Object value : values) {
                workspace.kryo.writeClassAndObject(out, value);
            }
            return out.toBytes();
        } finally {
            workspace.done();
        }
    }

    static Map<String, @Nullable Object> readMap(final byte[] data, final int offset, final int length)
            throws MessageFormatException {
        final Workspace workspace = POOL.obtain();
        try {
            final Input in = new Input(data, offset, length);
            final int count = workspace.readCount(in);
            final Map<String, @Nullable Object> values = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                final String name = readText(in);
                values.put(name, workspace.kryo.readClassAndObject(in));
            }
            requireEnd(in);
            return values;
        } catch (KryoException | IndexOutOfBoundsException e) {
            throw Failures.format("the map body cannot be read: " + e.getMessage(), e);
        } finally {
            workspace.done();
        }
    }

    static List<@Nullable Object> readStream(final byte[] data, final int offset, final int length)
            throws MessageFormatException {
        final Workspace workspace = POOL.obtain();
        try {
            final Input in = new Input(data, offset, length);
            final int count = workspace.readCount(in);
            final List<@Nullable Object> values = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                values.add(workspace.kryo.readClassAndObject(in));
            }
            requireEnd(in);
            return values;
        } catch (KryoException | IndexOutOfBoundsException e) {
            throw Failures.format("the stream body cannot be read: " + e.getMessage(), e);
        } finally {
            workspace.done();
        }
    }

    private static void requireEnd(final Input in) {
        if (remaining(in) != 0) {
            throw new KryoException(remaining(in) + " bytes are left over");
        }
    }

    private static int remaining(final Input in) {
        return in.limit() - in.position();
    }

    private static void writeText(final Output out, final String text) {
        final byte[] utf8 = text.getBytes(UTF_8);
        out.writeVarInt(utf8.length, true);
        out.writeBytes(utf8);
    }

    private static String readText(final Input in) {
        return new String(readBytes(in), UTF_8);
    }

    private static byte[] readBytes(final Input in) {
        return in.readBytes(checkedLength(in));
    }

    /** Before anything of that size is allocated. */
    private static int checkedLength(final Input in) {
        final int length = in.readVarInt(true);
        if (length < 0 || length > remaining(in)) {
            throw new KryoException("a length of " + length + " where " + remaining(in) + " bytes are left");
        }
        return length;
    }

    /** A Kryo is not thread safe and dear to make. */
    private static final class Workspace {
        private final Kryo kryo = newKryo();
        private Output output = new Output(FIRST_BUFFER_BYTES, -1);

        Output begin(final int count) {
            output.setPosition(0);
            output.writeByte(VERSION);
            output.writeVarInt(count, true);
            return output;
        }

        int readCount(final Input in) {
            final int version = in.readByte();
            if (version != VERSION) {
                throw new KryoException("format version " + version + " is not known here");
            }
            return checkedLength(in);
        }

        void done() {
            kryo.reset();
            if (output.getBuffer().length > KEPT_BUFFER_BYTES) {
                output = new Output(FIRST_BUFFER_BYTES, -1);
            }
            POOL.free(this);
        }

        /** The ids are part of the format: never change one. */
        private static Kryo newKryo() {
            final Kryo kryo = new Kryo(new NumbersOnly(), null);
            kryo.setRegistrationRequired(true);
            kryo.setReferences(false);
            kryo.setMaxDepth(1);
            kryo.register(int.class, new DefaultSerializers.IntSerializer(), 0);
            kryo.register(String.class, new TextSerializer(), 1);
            kryo.register(float.class, new DefaultSerializers.FloatSerializer(), 2);
            kryo.register(boolean.class, new DefaultSerializers.BooleanSerializer(), 3);
            kryo.register(byte.class, new DefaultSerializers.ByteSerializer(), 4);
            kryo.register(char.class, new DefaultSerializers.CharSerializer(), 5);
            kryo.register(short.class, new DefaultSerializers.ShortSerializer(), 6);
            kryo.register(long.class, new DefaultSerializers.LongSerializer(), 7);
            kryo.register(double.class, new DefaultSerializers.DoubleSerializer(), 8);
            kryo.register(byte[].class, new BytesSerializer(), 10);
            return kryo;
        }
    }

    /** Kryo's own would load a class that the bytes name, and only then find that it is not registered. */
    private static final class NumbersOnly extends DefaultClassResolver {
        @Override
        protected Registration readName(final Input in) {
            throw new KryoException("a class by name");
        }
    }

    /** Kryo's own would believe any length that it reads. */
    private static final class TextSerializer extends Serializer<String> {
        private TextSerializer() {
            super(false, true);
        }

        @Override
        public void write(final Kryo kryo, final Output out, final String text) {
            writeText(out, text);
        }

        @Override
        public String read(final Kryo kryo, final Input in, final Class<? extends String> type) {
            return readText(in);
        }
    }

    /** Kryo's own would believe any length that it reads. */
    private static final class BytesSerializer extends Serializer<byte[]> {
        private BytesSerializer() {
            super(false, true);
        }

        @Override
        public void write(final Kryo kryo, final Output out, final byte[] bytes) {
            out.writeVarInt(bytes.length, true);
            out.writeBytes(bytes);
        }

        @Override
        public byte[] read(final Kryo kryo, final Input in, final Class<? extends byte[]> type) {
            return readBytes(in);
        }
    }
}
