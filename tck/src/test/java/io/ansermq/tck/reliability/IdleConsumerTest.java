package io.ansermq.tck.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A consumer with default settings that receives nothing keeps a bounded share from another one, and only while it is there. */
class IdleConsumerTest {
    private static final int MESSAGES = 10_000;
    private static final int DEFAULT_PREFETCH = 256;

    @Test
    void shouldLeaveAllButAWindowToOthersAndThatWhenItGoes() throws Exception {
        try (Connection idle = new AnserConnectionFactory("vm://idle").createConnection();
                Connection busy = new AnserConnectionFactory("vm://idle").createConnection()) {
            final Session sending = busy.createSession();
            final Queue queue = sending.createQueue("shared");
            idle.start();
            final MessageConsumer asleep = idle.createSession().createConsumer(queue);
            busy.start();
            final MessageProducer producer = sending.createProducer(queue);
            for (int i = 0; i < MESSAGES; i++) {
                producer.send(sending.createMessage());
            }
            final AtomicInteger received = new AtomicInteger();

            busy.createSession().createConsumer(queue).setMessageListener(message -> received.incrementAndGet());

            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> received.get() >= MESSAGES - DEFAULT_PREFETCH);
            asleep.close();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> received.get() == MESSAGES);
            assertThat(received).hasValue(MESSAGES);
        }
    }
}
