package io.ansermq.tools.demo;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One destination of the demo with those who send to it and those who take from it, each on a connection of its own.
 *
 * <p>The receivers of a queue share one set of receipts, since each message is for one of them; the subscribers of a
 * topic have one each. Counts are thread safe; {@link #open} and {@link #close} belong to the main thread.
 */
final class Route implements AutoCloseable {

    /** Where to, how many send and receive, and how much. */
    record Plan(Kind kind, String name, int senders, int receivers, int messages, int bodyBytes) {}

    /** What the destination is. */
    enum Kind {
        QUEUE("consumers"),
        TOPIC("subscribers");

        private final String receivers;

        Kind(final String receivers) {
            this.receivers = receivers;
        }

        /** What its receivers are called. */
        String receivers() {
            return receivers;
        }
    }

    private final Plan plan;
    private final Latencies latencies;
    private final Consumer<Throwable> onFailure;
    private final List<Receipts> receipts;
    private final AtomicInteger nextNumber = new AtomicInteger();
    private final LongAdder sent = new LongAdder();
    private final List<Connection> connections = new ArrayList<>();
    private final List<Thread> senders = new ArrayList<>();

    Route(final Plan plan, final Latencies latencies, final Consumer<Throwable> onFailure) {
        this.plan = plan;
        this.latencies = latencies;
        this.onFailure = onFailure;
        this.receipts = IntStream.range(0, plan.kind() == Kind.QUEUE ? 1 : plan.receivers())
                .mapToObj(each -> new Receipts(plan.messages()))
                .toList();
    }

    /** Connects everyone; the receivers listen from now on. */
    void open(final ConnectionFactory factory) throws JMSException {
        for (int receiver = 0; receiver < plan.receivers(); receiver++) {
            final Receipts mine = receipts.get(receiver % receipts.size());
            final Connection connection = connect(factory);
            final Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            final MessageConsumer consumer = session.createConsumer(destination(session));
            consumer.setMessageListener(message -> receive(message, mine));
            connection.start();
        }
        for (int sender = 0; sender < plan.senders(); sender++) {
            final Connection connection = connect(factory);
            final Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            final MessageProducer producer = session.createProducer(destination(session));
            senders.add(new Thread(() -> sendAll(session, producer), "demo-" + plan.name() + '-' + sender));
        }
    }

    /** The senders begin; what goes wrong from now on is reported, not thrown. */
    void start() {
        senders.forEach(sender -> sender.setDaemon(true));
        senders.forEach(Thread::start);
    }

    private Connection connect(final ConnectionFactory factory) throws JMSException {
        final Connection connection = factory.createConnection();
        connections.add(connection);
        connection.setExceptionListener(onFailure::accept);
        return connection;
    }

    private Destination destination(final Session session) throws JMSException {
        return plan.kind() == Kind.QUEUE ? session.createQueue(plan.name()) : session.createTopic(plan.name());
    }

    private void sendAll(final Session session, final MessageProducer producer) {
        final byte[] filling = new byte[plan.bodyBytes() - Letter.MIN_BYTES];
        ThreadLocalRandom.current().nextBytes(filling);
        try {
            for (int number = take(); number < plan.messages(); number = take()) {
                producer.send(new Letter(number, System.nanoTime()).write(session, filling));
                sent.increment();
            }
        } catch (final JMSException | RuntimeException e) {
            onFailure.accept(e);
        }
    }

    private int take() {
        return nextNumber.getAndIncrement();
    }

    private void receive(final Message message, final Receipts mine) {
        try {
            final Letter letter = Letter.read((BytesMessage) message);
            latencies.record(System.nanoTime() - letter.sentNs());
            mine.note(letter.number());
        } catch (final JMSException | RuntimeException e) {
            onFailure.accept(e);
        }
    }

    Plan plan() {
        return plan;
    }

    /** Messages whose send was answered. */
    long sent() {
        return sent.sum();
    }

    /** How many receipts there are to be. */
    long expected() {
        return receipts.stream().mapToLong(Receipts::expected).sum();
    }

    /** How many there are. */
    long received() {
        return receipts.stream().mapToLong(Receipts::received).sum();
    }

    /** Messages that came more often than they should. */
    long doubled() {
        return receipts.stream().mapToLong(Receipts::doubled).sum();
    }

    /** Closes the connections, those of the senders last. */
    @Override
    public void close() throws JMSException {
        for (final Connection connection : connections) {
            connection.close();
        }
    }
}
