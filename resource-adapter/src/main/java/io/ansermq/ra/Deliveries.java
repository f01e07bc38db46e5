package io.ansermq.ra;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import jakarta.jms.XASession;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkException;
import java.lang.reflect.Method;
import java.util.function.BooleanSupplier;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what is loaded into sessions to an endpoint, as section 13.5 of the Connectors specification has it: with the
 * container's transaction around it, or acknowledged by the session when the endpoint returns. An endpoint that is not
 * available is asked again later; the message waits meanwhile. Thread safe.
 */
final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
    private static final Method ON_MESSAGE = Activation.onMessage();

    /** How long an endpoint that is not available is left alone: at first, doubled, up to the second. */
    private static final Backoff UNAVAILABLE = new Backoff(50, 2_000, -1);

    private final Threads threads;
    private final MessageEndpointFactory endpoints;
    private final boolean transacted;

    Deliveries(final Threads threads, final MessageEndpointFactory endpoints, final boolean transacted) {
        this.threads = threads;
        this.endpoints = endpoints;
        this.transacted = transacted;
    }

    /**
     * Delivers on a thread of the server, and returns at once.
     *
     * @param isOver whether the endpoint is being deactivated, so that waiting for it is in vain
     * @param whenDone called once, when the session can have something else
     */
    void begin(final Session session, final BooleanSupplier isOver, final Runnable whenDone) throws WorkException {
        threads.run(new Delivery(session, isOver, whenDone));
    }

    /** One run of a session: one message when there is a transaction. */
    private final class Delivery implements Work {
        private final Session session;
        private final BooleanSupplier isOver;
        private final Runnable whenDone;
        private int refusals;

        Delivery(final Session session, final BooleanSupplier isOver, final Runnable whenDone) {
            this.session = session;
            this.isOver = isOver;
            this.whenDone = whenDone;
        }

        @Override
        public void run() {
            final Thread thread = Thread.currentThread();
            final ClassLoader before = thread.getContextClassLoader();
            boolean again = false;
            try {
                again = !deliver();
            } finally {
                // Of the server's pool: the next work must not run with what an application has left.
                thread.setContextClassLoader(before);
                if (again) {
                    threads.later(UNAVAILABLE.waitMs(++refusals), this);
                } else {
                    whenDone.run();
                }
            }
        }

        /** False when there is no endpoint for it now. */
        private boolean deliver() {
            final MessageEndpoint endpoint;
            try {
                final XAResource resource = transacted ? ((XASession) session).getXAResource() : null;
                endpoint = endpoints.createEndpoint(resource);
            } catch (UnavailableException e) {
                if (isOver.getAsBoolean()) {
                    // The end of the consumer gives the messages back.
                    return true;
                }
                LOG.debug("the endpoint is not available, attempt {}: {}", refusals + 1, e.getMessage());
                return false;
            }
            try {
                if (transacted) {
                    inTransaction(endpoint);
                } else {
                    listen(message -> ((MessageListener) endpoint).onMessage(message));
                }
            } finally {
                endpoint.release();
            }
            return true;
        }

        private void inTransaction(final MessageEndpoint endpoint) {
            try {
                endpoint.beforeDelivery(ON_MESSAGE);
            } catch (ResourceException | NoSuchMethodException | RuntimeException e) {
                LOG.warn("no transaction could begin: its message will be delivered again: {}", e.getMessage(), e);
                listen(message -> {
                    throw new IllegalStateException("not delivered: no transaction could begin", e);
                });
                return;
            }
            try {
                listen(message -> onMessage(endpoint, message));
            } finally {
                afterDelivery(endpoint);
            }
        }

        /** What a bean throws is the container's to report, and its transaction is rolled back. */
        private void onMessage(final MessageEndpoint endpoint, final Message message) {
            try {
                ((MessageListener) endpoint).onMessage(message);
            } catch (RuntimeException e) {
                LOG.debug("the endpoint threw; its transaction decides about the message", e);
            }
        }

        private void afterDelivery(final MessageEndpoint endpoint) {
            try {
                endpoint.afterDelivery();
            } catch (ResourceException | RuntimeException e) {
                // Rolled back, or in doubt and the transaction manager's business.
                LOG.debug("a delivery was not committed: {}", e.getMessage(), e);
            }
        }

        private void listen(final MessageListener listener) {
            try {
                session.setMessageListener(listener);
                session.run();
            } catch (JMSException e) {
                LOG.debug("the session is closed: {}", e.getMessage());
            } catch (RuntimeException e) {
                LOG.debug("nothing was delivered: {}", e.getMessage(), e);
            }
        }

        @Override
        public void release() {
            // A delivery ends with its message.
        }

        @Override
        public @Nullable String toString() {
            return "delivery by " + endpoints.getActivationName();
        }
    }
}
