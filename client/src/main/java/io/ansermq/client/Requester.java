package io.ansermq.client;

import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.HeapBuffers;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a session asks the broker, on its newest connection: once, or again on the next connection when that one is lost
 * before the answer, within {@code requestTimeoutMs}. Thread safe; methods that return no future wait, and throw {@link
 * IllegalStateException} on the event loop.
 */
final class Requester {
    private final BrokerSession session;
    private final Supplier<Link> newest;
    private final Reconnector reconnector;
    private final int timeoutMs;

    Requester(
            final BrokerSession session,
            final Supplier<Link> newest,
            final Reconnector reconnector,
            final int timeoutMs) {
        this.session = session;
        this.newest = newest;
        this.reconnector = reconnector;
        this.timeoutMs = timeoutMs;
    }

    /** Sends a request; the future fails with a {@link BrokerException} unless the answer is of the type expected. */
    <T extends ControlHeader> CompletableFuture<T> once(final ControlHeader request, final Class<T> answerType) {
        return once(newest.get(), request, answerType);
    }

    /** The same on a connection of the caller's choice. */
    <T extends ControlHeader> CompletableFuture<T> once(
            final Link on, final ControlHeader request, final Class<T> answerType) {
        return Requests.send(on.connection(), request, answerType, timeoutMs);
    }

    /** The same with a body, whose reference is taken over. */
    <T extends ControlHeader> CompletableFuture<T> once(
            final Link on, final ControlHeader request, final ByteBuf body, final Class<T> answerType) {
        return Requests.send(on.connection(), request, body, answerType, timeoutMs);
    }

    /** Asks and waits; when the connection is lost meanwhile and restored in time, asks again. */
    <T extends ControlHeader> T ask(final ControlHeader request, final Class<T> answerType) throws BrokerException {
        return ask(link -> once(link, request, answerType));
    }

    /** The same for an answer with a body. */
    <T extends ControlHeader> T ask(
            final ControlHeader request, final Class<T> answerType, final Consumer<ByteBuf> answerBody)
            throws BrokerException {
        return ask(link ->
                Requests.send(link.connection(), request, HeapBuffers.EMPTY, answerType, answerBody, timeoutMs));
    }

    /** The same for a question that is put together anew for each connection. */
    <T> T ask(final Function<Link, CompletableFuture<T>> question) throws BrokerException {
        failOnEventLoop();
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (true) {
            final Link current = newest.get();
            try {
                return Requests.await(question.apply(current));
            } catch (BrokerException e) {
                if (!isToBeTriedAgain(e)) {
                    throw e;
                }
                awaitAnother(current, deadlineNs);
            }
        }
    }

    /** Waits until there is a connection that is not this one. */
    private void awaitAnother(final Link lost, final long deadlineNs) throws BrokerException {
        // That it is lost may be known here before the event loop has told.
        while (lost == newest.get()) {
            reconnector.awaitUp(deadlineNs);
            if (lost == newest.get()) {
                LockSupport.parkNanos(1_000_000);
                if (System.nanoTime() >= deadlineNs) {
                    throw lostMeanwhile();
                }
            }
        }
        reconnector.awaitUp(deadlineNs);
    }

    /** Whether a request failed for want of a connection, of which there will be another. */
    boolean isToBeTriedAgain(final Throwable failure) {
        final Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return reconnector.isEnabled()
                && session.isOpen()
                && cause instanceof BrokerException e
                && e.error() == BrokerException.CONNECTION_LOST;
    }

    /** Fails when there is no answer in time, be it for want of a connection. */
    <T> CompletableFuture<T> inTime(final CompletableFuture<T> answer) {
        final CompletableFuture<T> result = new CompletableFuture<>();
        var unused = answer.copy().orTimeout(timeoutMs, TimeUnit.MILLISECONDS).whenComplete((value, failure) -> {
            final boolean late = failure instanceof TimeoutException;
            Requests.complete(
                    result,
                    value,
                    late
                            ? new BrokerException(
                                    BrokerException.TIMEOUT,
                                    "no answer within " + timeoutMs + " ms, the connection being lost meanwhile or not")
                            : failure);
        });
        return result;
    }

    /** For whoever is about to wait. */
    void failOnEventLoop() {
        if (newest.get().connection().inEventLoop()) {
            throw new IllegalStateException("a callback runs on the event loop that the answer would come from:"
                    + " call this from a thread of your own");
        }
    }

    static BrokerException lostMeanwhile() {
        return new BrokerException(BrokerException.CONNECTION_LOST, "the connection was lost, and is not restored yet");
    }
}
