package io.ansermq.client;

import static org.assertj.core.api.Assertions.fail;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Calls that wait for the broker, made while the test plays the broker. */
final class Calls {
    private static final int PATIENCE_S = 20;

    private Calls() {}

    /** Makes a call on a thread of its own. */
    static <T> CompletableFuture<T> async(final Callable<T> call) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return call.call();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                task -> new Thread(task, "test-call").start());
    }

    /** What a call returned. */
    static <T> T resultOf(final CompletableFuture<T> call) throws Exception {
        return call.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    /** What a call failed with. */
    static BrokerException failureOf(final CompletableFuture<?> call) throws Exception {
        try {
            return fail("did not fail but returned " + resultOf(call));
        } catch (ExecutionException e) {
            return (BrokerException) e.getCause();
        }
    }
}
