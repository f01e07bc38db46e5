package io.ansermq.tools.demo;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;

/** Which of the numbers from 0 have come, and how often. Thread safe. */
final class Receipts {

    private final AtomicIntegerArray times;
    private final LongAdder distinct = new LongAdder();
    private final LongAdder doubled = new LongAdder();

    Receipts(final int expected) {
        times = new AtomicIntegerArray(expected);
    }

    /**
     * Number {@code number} has come.
     *
     * @throws IllegalStateException it was never sent
     */
    void note(final int number) {
        if (number < 0 || number >= times.length()) {
            throw new IllegalStateException("message " + number + " came, which nobody sent");
        }
        if (times.getAndIncrement(number) == 0) {
            distinct.increment();
        } else {
            doubled.increment();
        }
    }

    int expected() {
        return times.length();
    }

    /** How many different ones have come. */
    long received() {
        return distinct.sum();
    }

    /** How many came that had come before. */
    long doubled() {
        return doubled.sum();
    }
}
