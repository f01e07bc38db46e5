package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.client.SendCallback;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One asynchronous send: from the broker's answer to the return of its completion listener. */
final class AsyncSend implements SendCallback, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(AsyncSend.class);

    private final Completions completions;
    private final Completions.Source source;
    private final Message message;
    private final CompletionListener listener;

    /** Written by the event loop before it hands this on. */
    private @Nullable BrokerException failure;

    /** {@code message} is what the application sent, its own object. */
    AsyncSend(
            final Completions completions,
            final Completions.Source source,
            final Message message,
            final CompletionListener listener) {
        this.completions = completions;
        this.source = source;
        this.message = message;
        this.listener = listener;
    }

    @Override
    public void stored(final long sequence) {
        completions.complete(source, this);
    }

    @Override
    public void failed(final long sequence, final BrokerException e) {
        failure = e;
        completions.complete(source, this);
    }

    /** On the callback thread. */
    @Override
    public void run() {
        try {
            // So that the listener can read it: Javadoc of BytesMessage.
            if (message instanceof BytesMessage bytes) {
                bytes.reset();
            }
        } catch (JMSException e) {
            LOG.warn("a sent message could not be reset for its completion listener", e);
        }
        final BrokerException reason = failure;
        if (reason == null) {
            listener.onCompletion(message);
        } else {
            listener.onException(message, JmsErrors.ofSend(reason));
        }
    }
}
