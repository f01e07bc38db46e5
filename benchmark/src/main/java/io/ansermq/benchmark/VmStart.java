package io.ansermq.benchmark;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.lang.management.ManagementFactory;

/**
 * How long does it take in a JVM that has just begun until a broker in it has stored and delivered a first message? What a
 * test pays that embeds a broker. Run it several times; one run is one figure.
 */
public final class VmStart {

    private VmStart() {}

    /** Prints milliseconds: since the JVM began, and since this method did. */
    public static void main(final String[] arguments) {
        final long beganNs = System.nanoTime();
        try (JMSContext context = new AnserConnectionFactory("vm://start").createContext()) {
            final Queue queue = context.createQueue("q");
            context.createProducer().send(queue, "first");
            final String body = context.createConsumer(queue).receiveBody(String.class, 10_000);
            final long nowNs = System.nanoTime();
            if (!"first".equals(body)) {
                throw new IllegalStateException("received " + body);
            }
            System.out.printf(
                    "first message after %d ms, %d ms since the JVM began%n",
                    (nowNs - beganNs) / 1_000_000,
                    System.currentTimeMillis()
                            - ManagementFactory.getRuntimeMXBean().getStartTime());
        }
    }
}
