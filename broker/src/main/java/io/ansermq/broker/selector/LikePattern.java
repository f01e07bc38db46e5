package io.ansermq.broker.selector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * The pattern of a LIKE: {@code %} stands for any characters, {@code _} for one. Not thread safe.
 *
 * <p>The stretches between the {@code %} are looked for one after the other, each at the first place where it fits, which
 * is never worse than a later one. A stretch is searched for by shift-and, which keeps one bit for each of its characters:
 * text of n characters and a pattern of m cost n * m / 64 steps, whatever they are.
 */
final class LikePattern {
    /** In a pattern: any one character. */
    private static final int ONE = -1;

    private static final byte ESCAPED = 3;

    private final boolean openStart;
    private final boolean openEnd;
    private final List<int[]> stretches;
    private final List<Search> searches = new ArrayList<>();
    private final int shortest;

    private int[] text = new int[64];

    private LikePattern(final List<int[]> stretches, final boolean openStart, final boolean openEnd) {
        this.stretches = stretches;
        this.openStart = openStart;
        this.openEnd = openEnd;
        int sum = 0;
        for (final int[] stretch : stretches) {
            sum += stretch.length;
            searches.add(new Search(stretch));
        }
        shortest = sum;
    }

    /**
     * Reads a pattern.
     *
     * @param escape the code point that takes the meaning from the next one, or a negative number for none
     * @throws IllegalArgumentException when the escape character is the last one
     */
    static LikePattern of(final String pattern, final int escape) {
        final int[] points = pattern.codePoints().toArray();
        final List<int[]> stretches = new ArrayList<>();
        final int[] current = new int[points.length];
        int count = 0;
        boolean openStart = false;
        boolean openEnd = false;
        for (int i = 0; i < points.length; i++) {
            openEnd = false;
            if (points[i] == escape) {
                if (++i == points.length) {
                    throw new IllegalArgumentException("the pattern ends with its escape character");
                }
                current[count++] = points[i];
            } else if (points[i] == '%') {
                openStart |= stretches.isEmpty() && count == 0;
                openEnd = true;
                if (count > 0) {
                    stretches.add(Arrays.copyOf(current, count));
                    count = 0;
                }
            } else {
                current[count++] = points[i] == '_' ? ONE : points[i];
            }
        }
        if (count > 0) {
            stretches.add(Arrays.copyOf(current, count));
        }
        return new LikePattern(stretches, openStart, openEnd);
    }

    /** A text as it is, with anything before or behind it as said. */
    static LikePattern literal(final String text, final boolean openStart, final boolean openEnd) {
        return text.isEmpty()
                ? of("%", ONE)
                : new LikePattern(List.of(text.codePoints().toArray()), openStart, openEnd);
    }

    /** Whether a text in UTF-8 has this form. */
    boolean matches(final byte[] utf8, final int offset, final int length) {
        final int size = decode(utf8, offset, length);
        if (size < shortest) {
            return false;
        }
        if (stretches.isEmpty()) {
            return openStart || size == 0;
        }
        final int last = stretches.size() - 1;
        if (last == 0 && !openStart && !openEnd) {
            return size == shortest && fits(stretches.get(0), 0);
        }
        int from = 0;
        int to = size;
        int first = 0;
        int end = last + 1;
        if (!openStart) {
            if (!fits(stretches.get(0), 0)) {
                return false;
            }
            from = stretches.get(0).length;
            first = 1;
        }
        if (!openEnd && end > first) {
            to = size - stretches.get(last).length;
            if (to < from || !fits(stretches.get(last), to)) {
                return false;
            }
            end = last;
        }
        for (int i = first; i < end; i++) {
            from = searches.get(i).endOfFirst(text, from, to);
            if (from < 0) {
                return false;
            }
        }
        return true;
    }

    private boolean fits(final int[] stretch, final int at) {
        for (int i = 0; i < stretch.length; i++) {
            if (stretch[i] != ONE && stretch[i] != text[at + i]) {
                return false;
            }
        }
        return true;
    }

    /** Puts the characters into {@link #text} and says how many there are. */
    private int decode(final byte[] utf8, final int offset, final int length) {
        if (text.length < length) {
            text = new int[Math.max(length, 2 * text.length)];
        }
        final int end = offset + length;
        int count = 0;
        int at = offset;
        while (at < end) {
            final int b = utf8[at];
            if (b == ESCAPED && at + 1 < end && utf8[at + 1] >= '1' && utf8[at + 1] <= '3') {
                text[count++] = utf8[at + 1] - '0';
                at += 2;
            } else if (b >= 0) {
                text[count++] = b;
                at++;
            } else {
                final int extra = (b & 0xE0) == 0xC0 ? 1 : (b & 0xF0) == 0xE0 ? 2 : (b & 0xF8) == 0xF0 ? 3 : 0;
                int point = extra == 0 ? 0xFFFD : b & (0x3F >> extra);
                at++;
                for (int i = 0; i < extra && at < end; i++, at++) {
                    point = (point << 6) | (utf8[at] & 0x3F);
                }
                text[count++] = point;
            }
        }
        return count;
    }

    void describe(final StringBuilder out) {
        final StringBuilder pattern = new StringBuilder(openStart ? "%" : "");
        for (int i = 0; i < stretches.size(); i++) {
            pattern.append(i > 0 ? "%" : "");
            for (final int point : stretches.get(i)) {
                if (point == ONE) {
                    pattern.append('_');
                } else {
                    pattern.append(point == '_' || point == '%' || point == '\\' ? "\\" : "")
                            .appendCodePoint(point);
                }
            }
        }
        pattern.append(openEnd && !stretches.isEmpty() ? "%" : "");
        Term.Literal.quote(pattern.toString(), out);
        out.append(" ESCAPE '\\'");
    }

    /** Looks for one stretch: bit i of the state says that the last i + 1 characters are the first i + 1 of it. */
    private static final class Search {
        private final int length;
        private final Int2ObjectHashMap<long[]> masks = new Int2ObjectHashMap<>();
        /** For characters that the stretch does not name: where any will do. */
        private final long[] other;

        private final long[] state;

        Search(final int[] stretch) {
            length = stretch.length;
            final int words = (length + 63) >>> 6;
            other = new long[words];
            state = new long[words];
            for (int i = 0; i < length; i++) {
                if (stretch[i] == ONE) {
                    other[i >>> 6] |= 1L << i;
                }
            }
            for (int i = 0; i < length; i++) {
                if (stretch[i] != ONE) {
                    long[] mask = masks.get(stretch[i]);
                    if (mask == null) {
                        mask = other.clone();
                        masks.put(stretch[i], mask);
                    }
                    mask[i >>> 6] |= 1L << i;
                }
            }
        }

        /** One past the first place from {@code from} on, and before {@code to}, where the stretch fits; else -1. */
        int endOfFirst(final int[] text, final int from, final int to) {
            Arrays.fill(state, 0);
            final int lastWord = state.length - 1;
            final long lastBit = 1L << (length - 1);
            for (int at = from; at < to; at++) {
                final long[] named = masks.get(text[at]);
                final long[] mask = named == null ? other : named;
                long carry = 1;
                for (int word = 0; word <= lastWord; word++) {
                    final long before = state[word];
                    state[word] = ((before << 1) | carry) & mask[word];
                    carry = before >>> 63;
                }
                if ((state[lastWord] & lastBit) != 0) {
                    return at + 1;
                }
            }
            return -1;
        }
    }
}
