package io.ansermq.remoting.protocol;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.util.DefaultClassResolver;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes control headers with one Kryo and its buffers, all reused. Confined to one thread.
 *
 * <p>Kryo is closed here: only {@link ControlSerializers} are registered, under fixed ids; classes are never looked up
 * by name; references are off; and since each serializer reads its parts itself, no bytes can make Kryo nest.
 */
final class KryoHeader {

    /** Above this the output buffer is given up again after use. */
    private static final int KEPT_OUTPUT_BYTES = 64 << 10;

    private final Kryo kryo = new Kryo(new ClosedClassResolver(), null);
    private final Input input = new Input();
    private Output output = newOutput();

    KryoHeader() {
        kryo.setRegistrationRequired(true);
        kryo.setMaxDepth(1);
        ControlSerializers.register(kryo);
    }

    /** Encodes into the buffer here and returns how many bytes that makes; {@link #writeTo} takes them. */
    int encode(final ControlHeader header, final int opaque) {
        output.reset();
        output.writeVarInt(opaque, true);
        try {
            serializerOf(kryo.writeClass(output, header.getClass())).encode(output, header);
        } catch (final KryoException e) {
            throw new IllegalArgumentException(
                    header.getClass().getSimpleName() + " takes more than " + RemotingCodec.MAX_HEADER_BYTES + " bytes",
                    e);
        }
        return output.position();
    }

    /** Appends what {@link #encode} made. */
    void writeTo(final ByteBuf out) {
        out.writeBytes(output.getBuffer(), 0, output.position());
        if (output.getBuffer().length > KEPT_OUTPUT_BYTES) {
            output = newOutput();
        }
    }

    /** Begins to read a header and returns its opaque number; {@link #decode} reads the rest. */
    int open(final byte[] bytes, final int offset, final int length) {
        input.setBuffer(bytes, offset, length);
        try {
            return input.readVarInt(true);
        } catch (final KryoException e) {
            throw new MalformedFrameException("a control header without an opaque number", e);
        }
    }

    /** The header that {@link #open} began. */
    ControlHeader decode() {
        final ControlSerializers.Form<?> form = form();
        try {
            final ControlHeader header = form.decode(input);
            if (input.position() < input.limit() && !form.ignoresRest()) {
                throw new MalformedFrameException(form.name() + " is followed by " + (input.limit() - input.position())
                        + " bytes that do not belong to it");
            }
            return header;
        } catch (final KryoException e) {
            // All that Kryo itself can still complain about is the end of the buffer.
            throw new MalformedFrameException(form.name() + " is cut off", e);
        }
    }

    private ControlSerializers.Form<?> form() {
        final Registration registration;
        try {
            registration = kryo.readClass(input);
        } catch (final KryoException e) {
            throw new MalformedFrameException("a control header of an unknown kind", e);
        }
        // Kryo has a few primitives registered by itself.
        if (registration == null || !(registration.getSerializer() instanceof ControlSerializers.Form<?> form)) {
            throw new MalformedFrameException("a control header of no kind");
        }
        return form;
    }

    private static ControlSerializers.Form<?> serializerOf(final Registration registration) {
        return (ControlSerializers.Form<?>) registration.getSerializer();
    }

    private static Output newOutput() {
        return new Output(512, RemotingCodec.MAX_HEADER_BYTES);
    }

    /**
     * Refuses class names, which Kryo would look up before it finds that they are not registered; registers the rare headers when
     * one is asked for that is not among the others.
     */
    private static final class ClosedClassResolver extends DefaultClassResolver {
        private boolean complete;

        @Override
        @SuppressWarnings("rawtypes") // as it is declared
        public @Nullable Registration getRegistration(final Class type) {
            final Registration known = super.getRegistration(type);
            return known == null && complete() ? super.getRegistration(type) : known;
        }

        @Override
        public @Nullable Registration readClass(final Input input) {
            final int at = input.position();
            try {
                return super.readClass(input);
            } catch (final KryoException e) {
                if (!complete()) {
                    throw e;
                }
                input.setPosition(at);
                return super.readClass(input);
            }
        }

        /** Returns whether there is anything new. */
        private boolean complete() {
            if (complete) {
                return false;
            }
            complete = true;
            ControlSerializers.registerRare(kryo);
            return true;
        }

        @Override
        protected @Nullable Registration readName(final Input input) {
            throw new KryoException("a class name");
        }
    }
}
