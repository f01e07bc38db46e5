package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.remoting.protocol.ErrorCodes;
import jakarta.jms.JMSException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for the broker, and calls the classic API for the simplified one: with errors as {@link JmsErrors}. */
public final class Calls {
    private Calls() {}

    /** Waits for an answer of the broker. */
    static <T> T await(final CompletableFuture<T> answer) throws JMSException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BrokerException cause) {
                throw JmsErrors.of(cause);
            }
            throw JmsErrors.withCause(new JMSException("waiting for the broker failed: " + e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw JmsErrors.withCause(new JMSException("interrupted while waiting for the broker"), e);
        }
    }

    /** Waits for an answer that must be known, however often the thread is interrupted meanwhile. */
    static <T> T awaitUninterruptibly(final CompletableFuture<T> answer) throws BrokerException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BrokerException cause) {
                throw new BrokerException(cause.error(), String.valueOf(cause.getMessage()), cause);
            }
            throw new BrokerException(ErrorCodes.INTERNAL, "waiting for the broker failed: " + e.getCause(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for what must be done before the caller goes on, however often the thread is interrupted meanwhile. */
    static void awaitDone(final CompletableFuture<Void> answer) throws JMSException {
        try {
            awaitUninterruptibly(answer);
        } catch (BrokerException e) {
            throw JmsErrors.of(e);
        }
    }

    /** What may fail as the classic API does. */
    @FunctionalInterface
    public interface Action {
        void run() throws JMSException;
    }

    /** What may fail as the classic API does, and has a result that is never null. */
    @FunctionalInterface
    public interface Call<T> {
        T run() throws JMSException;
    }

    /** Does something of the classic API for the simplified one. */
    public static void unchecked(final Action action) {
        try {
            action.run();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    /** Does something of the classic API for the simplified one. */
    public static <T> T unchecked(final Call<T> call) {
        try {
            return call.run();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }
}
