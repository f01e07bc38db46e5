package io.ansermq.openmessaging;

import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.exception.OMSException;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.interceptor.ProducerInterceptor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interceptors of one service, asked in the order in which they were added. One that throws before is a failure, one that
 * throws after is a line in the log: what it was told of has happened. Thread safe.
 */
final class Interceptors<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Interceptors.class);

    private final List<T> all = new CopyOnWriteArrayList<>();

    void add(final T interceptor) {
        all.add(Errors.required(interceptor, "an interceptor"));
    }

    void remove(final T interceptor) {
        all.remove(interceptor);
    }

    /** Asks each; the first that throws ends it, with its exception as the cause. */
    void before(final Consumer<T> call) {
        for (final T each : all) {
            try {
                call.accept(each);
            } catch (RuntimeException e) {
                throw Errors.of(
                        ErrorCode.APPLICATION,
                        "the interceptor " + each.getClass().getName() + " threw " + e,
                        e);
            }
        }
    }

    /** Tells each. */
    void after(final Consumer<T> call) {
        for (final T each : all) {
            try {
                call.accept(each);
            } catch (RuntimeException e) {
                LOG.error(
                        "the interceptor {} threw, which changes nothing any more",
                        each.getClass().getName(),
                        e);
            }
        }
    }

    static void sent(
            final Interceptors<ProducerInterceptor> interceptors, final Message message, final KeyValue attributes) {
        interceptors.after(each -> each.postSend(message, attributes));
    }

    static void failed(
            final Interceptors<ProducerInterceptor> interceptors,
            final Message message,
            final KeyValue attributes,
            final OMSRuntimeException failure) {
        final OMSException checked = Errors.checked(failure);
        interceptors.after(each -> each.postSend(message, attributes, checked));
    }
}
