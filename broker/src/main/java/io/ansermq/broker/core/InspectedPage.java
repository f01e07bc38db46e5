package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.AdminHeader.Inspect;
import io.ansermq.remoting.protocol.AdminHeader.Inspected;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One bounded answer to a question about what there is, and where to go on. Stateless. */
public final class InspectedPage {

    /** Rows of one answer; one thing may have as many, if all its rows belong together. */
    public static final int MAX_ROWS = 300;

    /** Things looked at for one answer. */
    private static final int LOOKS = 200;

    private InspectedPage() {}

    /** Makes rows of one thing. */
    @FunctionalInterface
    public interface Describer<T> {
        /** Gives the rows of {@code what}, at most {@link #MAX_ROWS}, one after the other. */
        void describe(Consumer<Map<String, String>> row, T what);
    }

    /** The next page of {@code all}, whose order is the same each time. */
    public static <T> Inspected of(final Inspect question, final List<T> all, final Describer<T> describer) {
        final List<Map<String, String>> rows = new ArrayList<>();
        int index = Math.max(0, question.after());
        final int end = Math.min(all.size(), index + LOOKS);
        for (; index < end && rows.size() < MAX_ROWS; index++) {
            describer.describe(rows::add, all.get(index));
        }
        return new Inspected(rows, index < all.size() ? index : 0);
    }
}
