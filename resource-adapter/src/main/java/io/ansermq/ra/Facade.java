package io.ansermq.ra;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What applications hold of an API with many methods, of which few mean something else in a server than they do in the provider.
 * Those few are methods of the subclass, with the signatures of the API; all others come to {@link #otherwise}. As thread safe as
 * its subclass.
 */
abstract class Facade implements InvocationHandler {
    private final Methods methods;
    private final Object face;

    /** Which methods of some interfaces a subclass has. Immutable; made once for each subclass. */
    static final class Methods {
        private final Class<?>[] interfaces;
        private final Map<Method, Method> own = new HashMap<>();

        Methods(final Class<? extends Facade> subclass, final Class<?>... interfaces) {
            this.interfaces = interfaces;
            for (final Class<?> each : interfaces) {
                for (final Method method : each.getMethods()) {
                    Arrays.stream(subclass.getDeclaredMethods())
                            .filter(mine -> mine.getName().equals(method.getName())
                                    && Arrays.equals(mine.getParameterTypes(), method.getParameterTypes()))
                            .findFirst()
                            .ifPresent(mine -> own.put(method, mine));
                }
            }
        }
    }

    Facade(final Methods methods) {
        this.methods = methods;
        face = Proxy.newProxyInstance(Facade.class.getClassLoader(), methods.interfaces, this);
    }

    /** What is handed out, as one of the interfaces. */
    final <T> T as(final Class<T> type) {
        return type.cast(face);
    }

    /** A method that the subclass does not have. */
    abstract @Nullable Object otherwise(Method method, @Nullable Object @Nullable [] arguments) throws Throwable;

    @Override
    public final @Nullable Object invoke(
            final Object proxy, final Method method, final @Nullable Object @Nullable [] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> proxy == Objects.requireNonNull(arguments, "equals has an argument")[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> toString();
            };
        }
        final Method own = methods.own.get(method);
        return own == null ? otherwise(method, arguments) : call(this, own, arguments);
    }

    /** Calls a method of something else, and throws what it throws. */
    static @Nullable Object call(
            final Object target, final Method method, final @Nullable Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw Objects.requireNonNullElse(e.getCause(), e);
        }
    }
}
