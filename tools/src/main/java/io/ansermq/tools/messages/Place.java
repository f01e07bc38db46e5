package io.ansermq.tools.messages;

import io.ansermq.tools.console.BrokerOption;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which broker and which destination, on any command line that needs both. Fields are written by picocli. */
final class Place {

    @Mixin
    private final BrokerOption broker = new BrokerOption();

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // Picocli insists on one of the two.
    private Name name;

    /** A queue or a topic, never both. */
    private static final class Name {
        @Option(names = "--queue", required = true, paramLabel = "<name>", description = "The queue.")
        private @Nullable String queue;

        @Option(names = "--topic", required = true, paramLabel = "<name>", description = "The topic.")
        private @Nullable String topic;
    }

    /** A connection that is not started yet. */
    Connection connect() throws JMSException {
        return broker.connectionFactory().createConnection();
    }

    /** The destination itself. */
    Destination destination(final Session session) throws JMSException {
        return name.queue != null ? session.createQueue(name.queue) : session.createTopic(name.topic);
    }

    /** For example {@code queue orders}. */
    @Override
    public String toString() {
        return name.queue != null ? "queue " + name.queue : "topic " + name.topic;
    }
}
