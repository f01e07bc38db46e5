package io.ansermq.tck.servers.app;

import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConnectionFactoryDefinition;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSDestinationDefinition;
import jakarta.jms.Queue;

/** A bean that brings its connection factory and its queue itself. */
@JMSConnectionFactoryDefinition(
        name = "java:app/jms/defined",
        interfaceName = "jakarta.jms.ConnectionFactory",
        resourceAdapter = "anser",
        properties = "ServerUrl=" + Definitions.BROKER)
@JMSDestinationDefinition(
        name = "java:app/jms/definedQueue",
        interfaceName = "jakarta.jms.Queue",
        className = "io.ansermq.jms.destination.AdministeredQueue",
        resourceAdapter = "anser",
        destinationName = "defined",
        // WildFly passes on nothing but these.
        properties = "PhysicalName=defined")
@Stateless
public class Definitions {
    /** Where the broker is: WildFly gives such a factory nothing of what its adapter is configured with. */
    public static final String BROKER = "anser://127.0.0.1:27911";

    @Resource(lookup = "java:app/jms/defined")
    private ConnectionFactory factory;

    @Resource(lookup = "java:app/jms/definedQueue")
    private Queue queue;

    public String send(final String text) {
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(queue, text);
        }
        return "sent";
    }
}
