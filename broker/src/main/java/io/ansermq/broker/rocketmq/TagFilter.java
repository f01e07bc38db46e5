package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.MessageProperties;
import java.util.Arrays;

/**
 * A tag expression of RocketMQ, {@code *} or {@code A || B}, as far as the index can decide it: by the hash of the tag.
 * The client compares the texts. Immutable.
 */
final class TagFilter {

    /** Every message. */
    static final TagFilter ALL = new TagFilter(new long[0]);

    private final long[] codes;

    private TagFilter(final long[] codes) {
        this.codes = codes;
    }

    static TagFilter of(final String expression) {
        final String plain = expression.trim();
        if (plain.isEmpty() || plain.equals("*")) {
            return ALL;
        }
        final long[] codes = Arrays.stream(plain.split("\\|\\|", -1))
                .map(String::trim)
                .filter(tag -> !tag.isEmpty())
                .mapToLong(MessageProperties::tagsCode)
                .toArray();
        return codes.length == 0 ? ALL : new TagFilter(codes);
    }

    boolean matches(final long tagsCode) {
        if (codes.length == 0) {
            return true;
        }
        for (final long code : codes) {
            if (code == tagsCode) {
                return true;
            }
        }
        return false;
    }
}
