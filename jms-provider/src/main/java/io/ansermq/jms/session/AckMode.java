package io.ansermq.jms.session;

import io.ansermq.client.Delivery;
import io.ansermq.client.Subscriber;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.function.BooleanSupplier;

/**
 * When a session acknowledges what it hands over: one class per mode of Jakarta Messaging 3.1, section 6.2.10. Stateless;
 * what a mode must remember is in the {@link Inbox}. Called under the lock of the {@link Inboxes}.
 */
abstract sealed class AckMode {
    private final int number;

    private AckMode(final int number) {
        this.number = number;
    }

    /** The mode of a constant of {@code Session}. */
    static AckMode of(final int number, final boolean strict) throws JMSException {
        return switch (number) {
            case Session.AUTO_ACKNOWLEDGE -> new Auto(strict);
            case Session.CLIENT_ACKNOWLEDGE -> new Client();
            case Session.DUPS_OK_ACKNOWLEDGE -> new DupsOk();
            case Session.SESSION_TRANSACTED -> new Transacted();
            default -> throw new JMSException("there is no session mode " + number);
        };
    }

    /** The mode of an XA session: as transacted while it is {@code enlisted}, else automatic. */
    static AckMode xa(final boolean strict, final BooleanSupplier enlisted) {
        return new Xa(strict, enlisted);
    }

    /** The constant of {@code Session}. */
    final int number() {
        return number;
    }

    /** A receive method is about to return this message. */
    abstract void received(Inbox inbox, Delivery delivery);

    /** A listener is about to be called with this message. */
    abstract void listenerCalled(Inbox inbox, Delivery delivery);

    /** The listener has returned. */
    abstract void listenerReturned(Inbox inbox, Delivery delivery);

    /** Whether a message whose listener throws comes again at once, or only after {@code recover} (section 8.7). */
    boolean redeliversAfterFailure() {
        return true;
    }

    /** Whether {@code Message.acknowledge} does anything. */
    boolean isByApplication() {
        return false;
    }

    /** Whether what was handed over is acknowledged later and together. */
    boolean isDeferred() {
        return false;
    }

    /** Whether commit and rollback acknowledge. */
    boolean isTransacted() {
        return false;
    }

    /** Whether the session waits until the broker has stored each acknowledgement. */
    boolean isStrict() {
        return false;
    }

    private static final class Auto extends AckMode {
        private final boolean strict;

        private Auto(final boolean strict) {
            super(Session.AUTO_ACKNOWLEDGE);
            this.strict = strict;
        }

        @Override
        void received(final Inbox inbox, final Delivery delivery) {
            inbox.subscriber().consumed(delivery);
        }

        @Override
        void listenerCalled(final Inbox inbox, final Delivery delivery) {
            inbox.handed(delivery);
        }

        @Override
        void listenerReturned(final Inbox inbox, final Delivery delivery) {
            inbox.subscriber().acknowledge(delivery.lane(), delivery.offset());
        }

        @Override
        boolean isStrict() {
            return strict;
        }
    }

    /** Lazily: with the next credit, or when there is nothing left to do. */
    private static final class DupsOk extends AckMode {
        private static final int BATCH = 64;

        private DupsOk() {
            super(Session.DUPS_OK_ACKNOWLEDGE);
        }

        @Override
        void received(final Inbox inbox, final Delivery delivery) {
            inbox.handed(delivery);
            listenerReturned(inbox, delivery);
        }

        @Override
        void listenerCalled(final Inbox inbox, final Delivery delivery) {
            inbox.handed(delivery);
        }

        @Override
        void listenerReturned(final Inbox inbox, final Delivery delivery) {
            final Subscriber subscriber = inbox.subscriber();
            if (inbox.isDrained() || delivery.tag() % BATCH == 0) {
                subscriber.acknowledge(delivery.lane(), delivery.offset());
            } else {
                subscriber.acknowledgeLazily(delivery.lane(), delivery.offset());
            }
        }
    }

    /** All that the session hands over stays with it until somebody says that it is done. */
    private abstract static sealed class Deferred extends AckMode {
        private Deferred(final int number) {
            super(number);
        }

        @Override
        void received(final Inbox inbox, final Delivery delivery) {
            inbox.handed(delivery);
            inbox.unacknowledged().add(delivery);
        }

        /** Before the call, for the listener may acknowledge. */
        @Override
        void listenerCalled(final Inbox inbox, final Delivery delivery) {
            received(inbox, delivery);
        }

        @Override
        void listenerReturned(final Inbox inbox, final Delivery delivery) {
            // The application's business.
        }

        @Override
        boolean redeliversAfterFailure() {
            return false;
        }

        @Override
        boolean isDeferred() {
            return true;
        }
    }

    private static final class Client extends Deferred {
        private Client() {
            super(Session.CLIENT_ACKNOWLEDGE);
        }

        @Override
        boolean isByApplication() {
            return true;
        }
    }

    private static final class Transacted extends Deferred {
        private Transacted() {
            super(Session.SESSION_TRANSACTED);
        }

        @Override
        boolean isTransacted() {
            return true;
        }
    }

    private static final class Xa extends AckMode {
        private final AckMode within = new Transacted();
        private final AckMode outside;
        private final BooleanSupplier enlisted;

        private Xa(final boolean strict, final BooleanSupplier enlisted) {
            super(Session.SESSION_TRANSACTED);
            outside = new Auto(strict);
            this.enlisted = enlisted;
        }

        private AckMode now() {
            return enlisted.getAsBoolean() ? within : outside;
        }

        @Override
        void received(final Inbox inbox, final Delivery delivery) {
            now().received(inbox, delivery);
        }

        @Override
        void listenerCalled(final Inbox inbox, final Delivery delivery) {
            now().listenerCalled(inbox, delivery);
        }

        @Override
        void listenerReturned(final Inbox inbox, final Delivery delivery) {
            now().listenerReturned(inbox, delivery);
        }

        @Override
        boolean redeliversAfterFailure() {
            return now().redeliversAfterFailure();
        }

        @Override
        boolean isDeferred() {
            return now().isDeferred();
        }

        @Override
        boolean isTransacted() {
            return true;
        }

        @Override
        boolean isStrict() {
            return now().isStrict();
        }
    }
}
