package io.ansermq.jms.message;

import jakarta.jms.MessageFormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Java serialisation of object bodies. What comes from the wire is held against a {@link ClassPolicy} by name, before a
 * class is loaded, let alone instantiated, and against limits that no honest stream reaches.
 */
final class ObjectCodec {
    /** Deeper nesting is an attack on the stack or on hash codes. */
    static final int MAX_DEPTH = 100;

    private static final int MAX_REFERENCES = 10_000_000;

    /** A hash table reserves up to some 2.7 slots per entry, and an entry takes at least two bytes of the stream. */
    private static final int MAX_ARRAY_PER_BYTE = 2;

    private static final int SMALL_ARRAY = 64;

    private ObjectCodec() {}

    static byte[] write(final Serializable object) throws MessageFormatException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (IOException | RuntimeException e) {
            throw Failures.format("an object of " + object.getClass().getName() + " cannot be serialised: " + e, e);
        }
        return bytes.toByteArray();
    }

    /** An object of this application's own making: it trusts itself. */
    static Serializable readTrusted(final byte[] data) throws MessageFormatException {
        return read(new ByteArrayInputStream(data), null, data.length);
    }

    /** An object that came from elsewhere. */
    static Serializable read(final byte[] data, final int offset, final int length, final ClassPolicy policy)
            throws MessageFormatException {
        return read(new ByteArrayInputStream(data, offset, length), policy, length);
    }

    private static Serializable read(
            final InputStream stream, final @Nullable ClassPolicy policy, final int lengthBytes)
            throws MessageFormatException {
        try (GuardedInput in = new GuardedInput(stream, policy, lengthBytes)) {
            return (Serializable) in.readObject();
        } catch (RefusedClassException e) {
            throw Failures.format(String.valueOf(e.getMessage()), e);
        } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError | StackOverflowError e) {
            throw Failures.format("the object body cannot be deserialised: " + e, e);
        }
    }

    /** The policy or a limit said no; the text tells the user what to set. */
    private static final class RefusedClassException extends InvalidClassException {
        private static final long serialVersionUID = 1;

        private RefusedClassException(final String className) {
            super("class " + className + " is not on the allow-list for object bodies. If its senders are trusted, set"
                    + " deserializationAllowList=" + className + " (or its package) in the connection URI or with"
                    + " AnserConnectionFactory.setDeserializationAllowList");
        }
    }

    /** Looks at each class name before anything is loaded, and loads with the application's class loader. */
    private static final class GuardedInput extends ObjectInputStream {
        private final @Nullable ClassPolicy policy;

        private GuardedInput(final InputStream in, final @Nullable ClassPolicy policy, final int lengthBytes)
                throws IOException {
            super(in);
            this.policy = policy;
            if (policy != null) {
                setObjectInputFilter(ObjectInputFilter.merge(
                        info -> check(info, lengthBytes), ObjectInputFilter.Config.getSerialFilter()));
            }
        }

        @Override
        protected Class<?> resolveClass(final ObjectStreamClass descriptor) throws IOException, ClassNotFoundException {
            requireAllowed(descriptor.getName());
            final ClassLoader loader = Thread.currentThread().getContextClassLoader();
            if (loader != null) {
                try {
                    return Class.forName(descriptor.getName(), false, loader);
                } catch (ClassNotFoundException e) {
                    // Primitive types and what the caller's own loader knows: below.
                }
            }
            return super.resolveClass(descriptor);
        }

        @Override
        protected Class<?> resolveProxyClass(final String[] interfaces) throws IOException, ClassNotFoundException {
            requireAllowed("java.lang.reflect.Proxy");
            for (final String name : interfaces) {
                requireAllowed(name);
            }
            return super.resolveProxyClass(interfaces);
        }

        private void requireAllowed(final String className) throws RefusedClassException {
            if (policy != null && !policy.allows(className)) {
                throw new RefusedClassException(className);
            }
        }

        private static ObjectInputFilter.Status check(final ObjectInputFilter.FilterInfo info, final int lengthBytes) {
            final long longestArray = Math.max(SMALL_ARRAY, (long) lengthBytes * MAX_ARRAY_PER_BYTE);
            final boolean sane = info.depth() <= MAX_DEPTH
                    && info.references() <= MAX_REFERENCES
                    && info.arrayLength() <= longestArray;
            // Classes were judged by name when they were resolved.
            return sane ? ObjectInputFilter.Status.UNDECIDED : ObjectInputFilter.Status.REJECTED;
        }
    }
}
