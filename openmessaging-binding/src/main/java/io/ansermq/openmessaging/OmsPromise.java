package io.ansermq.openmessaging;

import io.openmessaging.Future;
import io.openmessaging.FutureListener;
import io.openmessaging.Promise;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A result that is to come. {@link #get()} waits; where the result is a failure it throws an {@code OMSRuntimeException},
 * and an {@code OMSTimeOutException} when the time is over. Listeners are told by the executor of the service, at once by
 * the caller when the result is there already. Thread safe.
 */
final class OmsPromise<V> implements Promise<V> {
    private static final Logger LOG = LoggerFactory.getLogger(OmsPromise.class);

    private final CompletableFuture<V> result = new CompletableFuture<>();
    private final Executor listeners;

    OmsPromise(final Executor listeners) {
        this.listeners = listeners;
    }

    @Override
    public boolean cancel(final boolean mayInterruptIfRunning) {
        return result.cancel(mayInterruptIfRunning);
    }

    @Override
    public boolean set(final V value) {
        return result.complete(value);
    }

    @Override
    public boolean setFailure(final Throwable cause) {
        return result.completeExceptionally(cause);
    }

    @Override
    public boolean isCancelled() {
        return result.isCancelled();
    }

    @Override
    public boolean isDone() {
        return result.isDone();
    }

    @Override
    public V get() {
        return get(Long.MAX_VALUE);
    }

    @Override
    public V get(final long timeout) {
        try {
            return result.get(timeout, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw Errors.timeout(
                    "there was no result within " + timeout + " ms: whether the operation was carried out is"
                            + " unknown; wait longer (OPERATION_TIMEOUT), or look at the log of the broker");
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw failed(e);
        } catch (CancellationException e) {
            throw Errors.of(ErrorCode.BAD_REQUEST, "this operation was cancelled", e);
        }
    }

    @Override
    public void addListener(final FutureListener<V> listener) {
        if (result.isDone()) {
            tell(listener);
        } else {
            var unused = result.whenComplete((value, failure) -> listeners.execute(() -> tell(listener)));
        }
    }

    private void tell(final FutureListener<V> listener) {
        final Future<V> told = this;
        try {
            listener.operationComplete(told);
        } catch (RuntimeException e) {
            LOG.error("a listener of a future threw", e);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // The API's contract: null unless it has failed.
    public Throwable getThrowable() {
        return failure();
    }

    private @Nullable Throwable failure() {
        if (!result.isCompletedExceptionally()) {
            return null;
        }
        try {
            result.join();
            return null;
        } catch (CompletionException e) {
            return e.getCause();
        } catch (CancellationException e) {
            return e;
        }
    }

    private static RuntimeException interrupted(final InterruptedException e) {
        Thread.currentThread().interrupt();
        return Errors.of(ErrorCode.APPLICATION, "interrupted while waiting for a result", e);
    }

    /** With the stack of who waits, and the failure as its cause. */
    private static RuntimeException failed(final ExecutionException e) {
        return Errors.of(e.getCause() == null ? e : e.getCause());
    }
}
