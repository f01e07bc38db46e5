package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.jms.destination.AnserTemporaryQueue;
import io.ansermq.jms.destination.AnserTemporaryTopic;
import io.ansermq.jms.destination.TemporaryOwner;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import org.jspecify.annotations.Nullable;

/** The application's destinations as the broker's. Thread safe. */
final class Destinations implements TemporaryOwner {
    private final BrokerSession broker;

    Destinations(final BrokerSession broker) {
        this.broker = broker;
    }

    /** Passes destinations that are ours; others this provider does not understand (Jakarta Messaging 3.1, section 10.3). */
    static AnserDestination require(final @Nullable Destination destination) throws InvalidDestinationException {
        if (destination instanceof AnserDestination ours) {
            if (!ours.isNamed()) {
                throw new InvalidDestinationException(
                        "the administered destination has no name: set its property PhysicalName");
            }
            return ours;
        }
        throw new InvalidDestinationException(
                destination == null
                        ? "there is no destination: it is null"
                        : destination.getClass().getName()
                                + " is not a destination of AnserMQ: make it with createQueue"
                                + " or createTopic, or look it up through AnserInitialContextFactory");
    }

    /** The broker's number for a destination, which the broker may create. */
    io.ansermq.client.Destination resolve(final AnserDestination destination) throws JMSException {
        try {
            return broker.open(kindOf(destination), destination.name());
        } catch (BrokerException e) {
            throw JmsErrors.of(e);
        }
    }

    private static DestinationKind kindOf(final AnserDestination destination) {
        return destination.isQueue() ? DestinationKind.QUEUE : DestinationKind.TOPIC;
    }

    /** A queue that ends with the connection. */
    TemporaryQueue temporaryQueue() throws JMSException {
        return new AnserTemporaryQueue(create(DestinationKind.QUEUE), this);
    }

    /** A topic that ends with the connection. */
    TemporaryTopic temporaryTopic() throws JMSException {
        return new AnserTemporaryTopic(create(DestinationKind.TOPIC), this);
    }

    private String create(final DestinationKind kind) throws JMSException {
        try {
            return broker.createTemporary(kind).name();
        } catch (BrokerException e) {
            throw JmsErrors.of(e);
        }
    }

    @Override
    public void delete(final AnserDestination temporary) throws JMSException {
        try {
            broker.delete(kindOf(temporary), temporary.name());
        } catch (BrokerException e) {
            throw JmsErrors.of(e);
        }
    }
}
