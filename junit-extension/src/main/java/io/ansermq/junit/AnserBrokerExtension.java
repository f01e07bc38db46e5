package io.ansermq.junit;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.JMSContext;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link AnserBroker} does. */
final class AnserBrokerExtension implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(AnserBrokerExtension.class);

    /** A context that JUnit closes after the test. */
    private record OpenContext(JMSContext context) implements AutoCloseable {
        @Override
        public void close() {
            context.close();
        }
    }

    @Override
    public void beforeAll(final ExtensionContext tests) throws Exception {
        // A nested class without an annotation of its own finds the broker of the class around it in the store.
        final Optional<AnserBroker> wanted =
                AnnotationSupport.findAnnotation(tests.getRequiredTestClass(), AnserBroker.class);
        if (wanted.isPresent()) {
            start(tests, wanted.get());
        }
    }

    @Override
    public void beforeEach(final ExtensionContext test) throws Exception {
        final Optional<AnserBroker> wanted =
                AnnotationSupport.findAnnotation(test.getRequiredTestMethod(), AnserBroker.class);
        if (wanted.isPresent()) {
            start(test, wanted.get());
        }
    }

    private static void start(final ExtensionContext of, final AnserBroker wanted) throws Exception {
        of.getStore(NAMESPACE).put(RunningBroker.class, RunningBroker.start(wanted));
    }

    @Override
    public boolean supportsParameter(final ParameterContext parameter, final ExtensionContext test) {
        final Class<?> type = parameter.getParameter().getType();
        return type == URI.class
                || type == JMSContext.class
                || (type.isAssignableFrom(AnserConnectionFactory.class)
                        && type.getName().endsWith("ConnectionFactory"));
    }

    @Override
    public Object resolveParameter(final ParameterContext parameter, final ExtensionContext test) {
        final RunningBroker broker = test.getStore(NAMESPACE).get(RunningBroker.class, RunningBroker.class);
        if (broker == null) {
            throw new ParameterResolutionException("there is no broker yet: a parameter of a constructor or of"
                    + " @BeforeEach needs @AnserBroker on the class");
        }
        final Class<?> type = parameter.getParameter().getType();
        if (type == URI.class) {
            return broker.uri();
        }
        final AnserConnectionFactory factory =
                new AnserConnectionFactory(broker.uri().toString());
        return type == JMSContext.class ? newContext(factory, parameter, test) : factory;
    }

    private static JMSContext newContext(
            final AnserConnectionFactory factory, final ParameterContext parameter, final ExtensionContext test) {
        final OpenContext open = new OpenContext(factory.createContext());
        test.getStore(NAMESPACE).put(parameter.getDeclaringExecutable() + " " + parameter.getIndex(), open);
        return open.context();
    }
}
