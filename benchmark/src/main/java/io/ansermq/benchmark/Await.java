package io.ansermq.benchmark;

import io.ansermq.store.Doorbell;
import java.util.function.BooleanSupplier;

/** Sleeping until something holds, without polling. Stateless. */
final class Await {

    private Await() {}

    /** Returns when the condition holds; who may have made it true rings the bell, whose one sleeper is the caller. */
    static void until(final BooleanSupplier condition, final Doorbell bell) {
        while (!condition.getAsBoolean()) {
            bell.arm();
            if (condition.getAsBoolean()) {
                bell.disarm();
                return;
            }
            bell.sleep(Long.MAX_VALUE);
        }
    }
}
