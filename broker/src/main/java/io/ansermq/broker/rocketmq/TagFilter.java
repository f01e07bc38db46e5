package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.Lane;
import io.ansermq.remoting.protocol.MessageProperties;
import java.util.Arrays;

/**
 * A tag expression of RocketMQ, {@code *} or {@code A || B}, as far as the index can decide it: by the hash of the tag.
 * The client compares the texts. Immutable.
 */
final class TagFilter implements MessageFilter {

    private final long[] codes;

    private TagFilter(final long[] codes) {
        this.codes = codes;
    }

    static MessageFilter of(final String expression) {
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

    @Override
    public boolean wants(final Lane lane, final long offset) {
        final long tagsCode = lane.tagsCode(offset);
        for (final long code : codes) {
            if (code == tagsCode) {
                return true;
            }
        }
        return false;
    }
}
