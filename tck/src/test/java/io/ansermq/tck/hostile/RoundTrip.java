package io.ansermq.tck.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.util.UUID;

/** Somebody who behaves: a persistent message goes to a queue of its own and comes back. */
final class RoundTrip {
    private static final int RECEIVE_MS = 20_000;

    private RoundTrip() {}

    static void run(String uri) {
        try (JMSContext context = new AnserConnectionFactory(uri).createContext()) {
            final Queue queue = context.createQueue("round-trip");
            final String text = UUID.randomUUID().toString();
            context.createProducer().send(queue, text);
            assertThat(context.createConsumer(queue).receiveBody(String.class, RECEIVE_MS))
                    .isEqualTo(text);
        }
    }
}
