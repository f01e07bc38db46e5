package io.ansermq.client;

import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.HeapBuffers;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Requests and their answers as values, and what can go wrong with them as {@link BrokerException}. */
final class Requests {

    private Requests() {}

    /** Sends a request; the future fails with a {@link BrokerException} unless the answer is of the type expected. */
    static <T extends ControlHeader> CompletableFuture<T> send(
            final Connection connection, final ControlHeader request, final Class<T> answerType, final int timeoutMs) {
        return send(connection, request, HeapBuffers.EMPTY, answerType, timeoutMs);
    }

    /** The same with a body, whose reference is taken over. */
    static <T extends ControlHeader> CompletableFuture<T> send(
            final Connection connection,
            final ControlHeader request,
            final ByteBuf body,
            final Class<T> answerType,
            final int timeoutMs) {
        return send(connection, request, body, answerType, null, timeoutMs);
    }

    /**
     * The same for an answer with a body.
     *
     * @param answerBody hears of the body of an answer of the type expected, before the future completes
     */
    static <T extends ControlHeader> CompletableFuture<T> send(
            final Connection connection,
            final ControlHeader request,
            final ByteBuf body,
            final Class<T> answerType,
            final @Nullable Consumer<ByteBuf> answerBody,
            final int timeoutMs) {
        final CompletableFuture<T> result = new CompletableFuture<>();
        var unused = connection
                .request(RemotingCommand.control(request, 0, body), timeoutMs)
                .whenComplete((answer, failure) -> {
                    if (answer == null) {
                        result.completeExceptionally(noAnswer(connection, request, timeoutMs, failure));
                    } else {
                        settle(result, connection, request, answer, answerType, answerBody);
                    }
                });
        return result;
    }

    private static <T extends ControlHeader> void settle(
            final CompletableFuture<T> result,
            final Connection connection,
            final ControlHeader request,
            final RemotingCommand answer,
            final Class<T> answerType,
            final @Nullable Consumer<ByteBuf> answerBody) {
        final ControlHeader header = answer.control();
        final boolean expected = answerType.isInstance(header);
        if (expected && answerBody != null) {
            answerBody.accept(answer.body());
        }
        answer.release();
        if (expected) {
            result.complete(answerType.cast(header));
        } else if (header instanceof ConnectionHeader.Failure refusal) {
            result.completeExceptionally(new BrokerException(refusal.error(), refusal.text()));
        } else {
            result.completeExceptionally(new BrokerException(
                    ErrorCodes.PROTOCOL,
                    connection.remote() + " answered " + name(request) + " with " + answer + ": is that a broker?"));
        }
    }

    private static BrokerException noAnswer(
            final Connection connection,
            final ControlHeader request,
            final int timeoutMs,
            final @Nullable Throwable failure) {
        if (failure instanceof TimeoutException) {
            return new BrokerException(
                    BrokerException.TIMEOUT,
                    connection.remote() + " did not answer " + name(request) + " within " + timeoutMs
                            + " ms: look at its log or raise requestTimeoutMs");
        }
        if (failure instanceof IllegalArgumentException) {
            return new BrokerException(
                    ErrorCodes.PROTOCOL, name(request) + " cannot be sent: " + failure.getMessage(), failure);
        }
        final String text = "lost the connection to " + connection.remote() + " (" + connection.closeReason()
                + ") before it answered " + name(request) + ": connect again";
        return failure == null
                ? new BrokerException(BrokerException.CONNECTION_LOST, text)
                : new BrokerException(BrokerException.CONNECTION_LOST, text, failure);
    }

    private static String name(final ControlHeader request) {
        return request.getClass().getSimpleName();
    }

    /** Waits for an answer that fails by itself when it takes too long. */
    static <T> T await(final CompletableFuture<T> answer) throws BrokerException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerException(
                    BrokerException.INTERRUPTED, "interrupted while waiting for an answer of the broker", e);
        } catch (ExecutionException e) {
            final Throwable failure = e.getCause();
            throw BrokerException.reaching(failure == null ? e : failure);
        }
    }

    /** Passes an outcome on, without the wrapping that dependent futures add to a failure. */
    static <T> void complete(
            final CompletableFuture<T> target, final @Nullable T value, final @Nullable Throwable failure) {
        if (failure == null) {
            target.complete(value);
        } else {
            target.completeExceptionally(
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure);
        }
    }
}
