package io.ansermq.remoting.protocol;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Control headers with random fields, made from the shape of their records, so that a new one is never forgotten. */
public final class RandomHeaders {

    private static final int[] LANDMARKS = {0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE};

    private final SplittableRandom random;

    /** A generator that makes the same headers again for the same seed. */
    public RandomHeaders(final long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** The record classes of all control headers. */
    public static List<Class<? extends ControlHeader>> types() {
        return Arrays.stream(ControlHeader.class.getPermittedSubclasses())
                .<Class<? extends ControlHeader>>map(type -> type.asSubclass(ControlHeader.class))
                .toList();
    }

    /** A header of any type. */
    public ControlHeader next() {
        final List<Class<? extends ControlHeader>> types = types();
        return next(types.get(random.nextInt(types.size())));
    }

    /** A header of this type. */
    public <T> T next(final Class<T> type) {
        try {
            final RecordComponent[] components = type.getRecordComponents();
            final Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            final Object[] values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                final boolean nullable = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
                values[i] = nullable && random.nextInt(3) == 0 ? null : value(components[i].getGenericType());
            }
            if (type == ControlHeader.OffsetRange.class) {
                // The only rule between fields: a range ends where it begins or later.
                final long first = (long) values[1];
                values[2] = random.nextBoolean() ? first : first + (Long.MAX_VALUE - first) / 2;
            }
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (final ReflectiveOperationException e) {
            throw new AssertionError("cannot make a " + type.getSimpleName(), e);
        }
    }

    private Object value(final Type type) {
        if (type == int.class) {
            return random.nextInt(3) == 0
                    ? LANDMARKS[random.nextInt(LANDMARKS.length)]
                    : random.nextInt() >>> (1 + random.nextInt(31));
        }
        if (type == long.class) {
            return random.nextInt(8) == 0 ? Long.MAX_VALUE : random.nextLong() >>> (1 + random.nextInt(63));
        }
        if (type == boolean.class) {
            return random.nextBoolean();
        }
        if (type == String.class) {
            return text();
        }
        if (type instanceof Class<?> enumType && enumType.isEnum()) {
            final Object[] constants = enumType.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        }
        if (type instanceof Class<?> recordType && recordType.isRecord()) {
            return next(recordType);
        }
        return collection((ParameterizedType) type);
    }

    private Object collection(final ParameterizedType type) {
        final int size = random.nextInt(5);
        if (type.getRawType() == Map.class) {
            final Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < size; i++) {
                map.put(value(type.getActualTypeArguments()[0]), value(type.getActualTypeArguments()[1]));
            }
            return map;
        }
        if (type.getRawType() == List.class) {
            final List<Object> list = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                list.add(value(type.getActualTypeArguments()[0]));
            }
            return list;
        }
        throw new AssertionError("what does a random " + type + " look like?");
    }

    /** Texts of all lengths in UTF-8, the empty one and those of more than one byte per character too. */
    private String text() {
        final int length = random.nextInt(10) == 0 ? 200 : random.nextInt(12);
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(8)) {
                case 0 -> text.append('\u00e4');
                case 1 -> text.append('\u20ac');
                case 2 -> text.appendCodePoint(0x1F986);
                default -> text.append((char) (' ' + random.nextInt(95)));
            }
        }
        return text.toString();
    }
}
