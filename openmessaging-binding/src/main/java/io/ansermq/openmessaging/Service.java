package io.ansermq.openmessaging;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.SharedQueues;
import io.openmessaging.KeyValue;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.ServiceLifecycle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something with a connection of its own between its startup and its shutdown, as often as it likes. Starting what is
 * started and ending what is not changes nothing. A connection that is lost comes back by itself, and the service goes on;
 * should the broker refuse it then, that is the end, and a startup connects anew. Thread safe.
 */
abstract class Service implements ServiceLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Service.class);

    private final AnserAccessPoint accessPoint;
    private final KeyValue attributes;
    private final String what;

    /**
     * Held while a service starts or ends; subclasses take no other lock under which they would start or end it. Never held
     * while the application's code is waited for, which may want it.
     */
    private final ReentrantLock lifecycle = new ReentrantLock();

    private volatile @Nullable Connected connected;

    /** A session and what is known of its queues. */
    private record Connected(BrokerSession session, SharedQueues shared, Map<String, SharedQueues.Opened> opened) {}

    /** @param what what applications call it, such as "producer" */
    Service(final AnserAccessPoint accessPoint, final KeyValue attributes, final String what) {
        this.accessPoint = accessPoint;
        this.attributes = Attributes.copy(attributes);
        this.what = what;
    }

    /** A copy: changes to it change nothing here. */
    public KeyValue attributes() {
        return Attributes.copy(attributes);
    }

    final KeyValue ownAttributes() {
        return attributes;
    }

    /** OPERATION_TIMEOUT of one operation, else of this service, else of the access point, else {@code otherwise}. */
    final long operationTimeoutMs(final KeyValue operation, final long otherwise) {
        return Attributes.timeoutMs(
                operation, OMSBuiltinKeys.OPERATION_TIMEOUT, accessPoint.operationTimeoutMs(attributes, otherwise));
    }

    @Override
    public final void startup() {
        final Connected earlier = connected;
        if (earlier != null && !earlier.session().isOpen()) {
            quiesce();
        }
        lifecycle.lock();
        try {
            final Connected before = connected;
            if (before != null && before.session().isOpen()) {
                return;
            }
            end();
            final BrokerSession session = accessPoint.connect(attributes, "openmessaging-" + what.replace(' ', '-'));
            connected = new Connected(session, new SharedQueues(session), new ConcurrentHashMap<>());
            session.onClosed(this::lost);
            session.onLink(new Links());
            try {
                started();
            } catch (RuntimeException e) {
                end();
                throw e;
            }
        } finally {
            lifecycle.unlock();
        }
    }

    /** When it returns nothing of the application's is called any more, unless this was called from there. */
    @Override
    public final void shutdown() {
        quiesce();
        lifecycle.lock();
        try {
            end();
        } finally {
            lifecycle.unlock();
        }
    }

    /** Nothing new is begun, and what has begun is waited for, except by itself. */
    void quiesce() {}

    private void end() {
        final Connected current = connected;
        if (current != null) {
            stopping();
            connected = null;
            current.session().close();
        }
    }

    /** The connection is there; what this throws undoes the startup. */
    void started() {}

    /** A thread of the session's: there is another connection, and sends, acknowledgements and deliveries go on. */
    void restored() {}

    /** Event loop: the connection is gone for good, though nobody has ended it. */
    void lost(final BrokerException reason) {
        LOG.error("a {} has lost its connection for good: {}", what, reason.getMessage());
    }

    /** The connection is about to end, or is gone. */
    void stopping() {}

    final boolean isStarted() {
        return connected != null;
    }

    final BrokerSession session() {
        return current().session();
    }

    final SharedQueues shared() {
        return current().shared();
    }

    private Connected current() {
        final Connected current = connected;
        if (current == null) {
            throw Errors.of(ErrorCode.NOT_STARTED, "this " + what + " is not started: call startup() first");
        }
        return current;
    }

    /** A queue as the broker knows it, made if that is allowed. */
    final SharedQueues.Opened open(final String queue) {
        final Connected current = current();
        final SharedQueues.Opened known = current.opened().get(queue);
        if (known != null) {
            return known;
        }
        try {
            final SharedQueues.Opened opened = current.shared().open(queue, true, 0);
            current.opened().put(queue, opened);
            return opened;
        } catch (BrokerException e) {
            throw Errors.of(e);
        }
    }

    /** It turned out that queues are gone: they are asked for anew. */
    final void forgetQueues() {
        final Connected current = connected;
        if (current != null) {
            current.opened().clear();
        }
    }

    /** What becomes of the connection while the service is started. */
    private final class Links implements BrokerSession.LinkListener {
        @Override
        public void interrupted(final BrokerException reason) {
            LOG.warn("a {} has lost its connection, and looks for another: {}", what, reason.getMessage());
        }

        @Override
        public void restored() {
            forgetQueues();
            Service.this.restored();
        }
    }
}
