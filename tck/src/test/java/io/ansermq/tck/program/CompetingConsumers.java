package io.ansermq.tck.program;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import javax.naming.NamingException;

/**
 * Several consumers with a connection each share the messages of a queue: each message comes to exactly one of them,
 * and each of them gets some, in the order sent.
 *
 * <p>Arguments: queue, consumers, messages.
 */
final class CompetingConsumers {
    private final ConnectionFactory factory;
    private final Queue queue;
    private final int messages;
    private final AtomicIntegerArray receivedBy;
    private final AtomicInteger received = new AtomicInteger();

    private CompetingConsumers(ConnectionFactory factory, Queue queue, int messages) {
        this.factory = factory;
        this.queue = queue;
        this.messages = messages;
        this.receivedBy = new AtomicIntegerArray(messages);
    }

    public static void main(String[] arguments)
            throws JMSException, NamingException, InterruptedException, ExecutionException {
        final int consumers = Integer.parseInt(arguments[1]);
        final CompetingConsumers program = new CompetingConsumers(
                Jndi.connectionFactory(), Jndi.queue(arguments[0]), Integer.parseInt(arguments[2]));
        final int[] shares = program.run(consumers);
        System.out.println("OK " + program.messages + " messages, shares " + Arrays.toString(shares));
    }

    private int[] run(int consumers) throws JMSException, InterruptedException, ExecutionException {
        final ExecutorService threads = Executors.newFixedThreadPool(consumers);
        final List<Connection> connections = new ArrayList<>();
        try {
            final List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < consumers; i++) {
                final Connection connection = factory.createConnection();
                connections.add(connection);
                final MessageConsumer consumer = connection
                        .createSession(false, Session.AUTO_ACKNOWLEDGE)
                        .createConsumer(queue);
                connection.start();
                counts.add(threads.submit(() -> consume(consumer)));
            }
            send();
            final int[] shares = new int[consumers];
            for (int i = 0; i < consumers; i++) {
                shares[i] = counts.get(i).get();
                Expect.that(shares[i] > 0, "consumer " + i + " got nothing of " + messages + " messages");
            }
            for (int i = 0; i < messages; i++) {
                Expect.equal("receives of message " + i, 1, receivedBy.get(i));
            }
            return shares;
        } finally {
            for (final Connection connection : connections) {
                connection.close();
            }
            threads.shutdown();
        }
    }

    private void send() throws JMSException {
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            final MessageProducer producer = session.createProducer(queue);
            for (int i = 0; i < messages; i++) {
                final Message message = session.createTextMessage("message " + i);
                message.setIntProperty("number", i);
                producer.send(message);
            }
        }
    }

    /** Until everybody together has got all; then a little longer, because a double would come late. */
    private int consume(MessageConsumer consumer) throws JMSException {
        int mine = 0;
        int last = -1;
        int idle = 0;
        while (received.get() < messages ? idle < 60 : idle < 1) {
            final Message message = consumer.receive(500);
            if (message == null) {
                idle++;
                continue;
            }
            idle = 0;
            final int number = message.getIntProperty("number");
            Expect.that(number > last, "message " + number + " came after " + last + " of the same producer");
            Expect.that(!message.getJMSRedelivered(), "message " + number + " is flagged as redelivered");
            last = number;
            receivedBy.incrementAndGet(number);
            received.incrementAndGet();
            mine++;
        }
        return mine;
    }
}
