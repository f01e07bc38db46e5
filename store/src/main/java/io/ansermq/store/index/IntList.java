package io.ansermq.store.index;

import java.util.Arrays;

/** A growing array of ints, used as a stack. */
final class IntList {
    private int[] values = {};
    private int size;

    void push(final int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, Math.max(16, size * 2));
        }
        values[size++] = value;
    }

    int pop() {
        return values[--size];
    }

    int get(final int index) {
        return values[index];
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }
}
