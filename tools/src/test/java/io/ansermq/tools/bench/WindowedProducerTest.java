package io.ansermq.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowedProducerTest {

    private static final int WINDOW = 3;

    private final BytesMessage message = proxy(BytesMessage.class);
    private final List<Long> latencies = new ArrayList<>();

    @Test
    void shouldGoOnWhenASendIsCompleted() throws Exception {
        final Deque<CompletionListener> waiting = new ArrayDeque<>();
        final WindowedProducer producer = producer(listener -> {
            waiting.add(listener);
            if (waiting.size() == WINDOW) {
                waiting.remove().onCompletion(message);
            }
        });

        for (int count = 0; count < 10; count++) {
            producer.send(message);
        }
        waiting.forEach(listener -> listener.onCompletion(message));
        producer.drain();

        assertThat(latencies).hasSize(10).allMatch(latencyNs -> latencyNs >= 0);
    }

    @Test
    void shouldReportAFailedSendAtTheNext() throws Exception {
        final WindowedProducer producer =
                producer(listener -> listener.onException(message, new JMSException("no room")));
        producer.send(message);

        assertThatThrownBy(() -> producer.send(message))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("no room");
        assertThatThrownBy(producer::drain).isInstanceOf(LoadException.class);
    }

    private WindowedProducer producer(final Sends sends) {
        final MessageProducer provider = (MessageProducer) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {MessageProducer.class}, (self, method, arguments) -> {
                    sends.send((CompletionListener) arguments[1]);
                    return null;
                });
        return new WindowedProducer(provider, WINDOW, latencies::add);
    }

    private static <T> T proxy(final Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    throw new UnsupportedOperationException(method.toString());
                }));
    }

    private interface Sends {
        void send(CompletionListener listener);
    }
}
