package io.ansermq.tck.program;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** The names of the programs' {@code jndi.properties}. */
@SuppressWarnings("BanJNDI") // Looking up a provider in JNDI is what Jakarta Messaging asks of its users.
final class Jndi {
    private Jndi() {}

    static ConnectionFactory connectionFactory() throws NamingException {
        return (ConnectionFactory) new InitialContext().lookup("ConnectionFactory");
    }

    static Queue queue(String name) throws NamingException {
        return (Queue) new InitialContext().lookup("dynamicQueues/" + name);
    }

    static Topic topic(String name) throws NamingException {
        return (Topic) new InitialContext().lookup("dynamicTopics/" + name);
    }

    /** A queue that {@code jndi.properties} binds: {@code queue.jms/Letters = letters}. */
    static Queue letters() throws NamingException {
        return (Queue) new InitialContext().lookup("jms/Letters");
    }
}
