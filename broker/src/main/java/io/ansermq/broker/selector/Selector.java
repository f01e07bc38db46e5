package io.ansermq.broker.selector;

import io.ansermq.broker.selector.Condition.Comparison;
import io.ansermq.broker.selector.Identifier.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message selector, ready to be asked. Confined to one thread: it evaluates in cells of its own, so that asking
 * allocates nothing (numbers with many digits apart).
 *
 * <p>A message matches when the selector is true of it; false and unknown are alike (Jakarta Messaging 3.1, section
 * 3.8.1.2).
 */
public final class Selector {

    /** The longest selector, in characters. Parsing and evaluating take time in proportion. */
    public static final int MAX_LENGTH = 32_767;

    private final Condition condition;
    private final String normalised;
    private final @Nullable Equality equality;
    private final @Nullable String type;

    private Selector(final Condition condition) {
        this.condition = condition;
        final StringBuilder text = new StringBuilder();
        condition.describe(text);
        normalised = text.toString();
        equality = findEquality();
        type = equalTo(Kind.JMS_TYPE);
    }

    /** What a conjunct of a selector asks for: that a header field is this text. */
    public record Equality(Identifier.Kind field, String value) {}

    /**
     * Understands a selector.
     *
     * @param text what the application gave, not blank
     * @throws SelectorException when it is no selector of this dialect
     */
    public static Selector parse(final String text, final Dialect dialect) throws SelectorException {
        if (text.length() > MAX_LENGTH) {
            throw new SelectorException(
                    MAX_LENGTH,
                    "a selector has at most " + MAX_LENGTH + " characters, and this one has " + text.length());
        }
        return new Selector(new Parser(text, dialect).parse());
    }

    /** Whether the selector is true of a message. */
    public boolean matches(final MessageFields message) {
        return condition.test(message) == Truth.TRUE;
    }

    /** The same for selectors that differ in spaces, parentheses and capitals only: what they may share. */
    public String normalised() {
        return normalised;
    }

    /**
     * That a message's JMSCorrelationID or JMSMessageID is a certain text, when no other message can match; else null. Who
     * waits for a reply asks like this.
     */
    public @Nullable Equality equality() {
        return equality;
    }

    /** The only JMSType of which a message can match; null when the selector does not say. */
    public @Nullable String type() {
        return type;
    }

    private @Nullable Equality findEquality() {
        for (final Kind kind : List.of(Kind.JMS_CORRELATION_ID, Kind.JMS_MESSAGE_ID)) {
            final String value = equalTo(kind);
            if (value != null) {
                return new Equality(kind, value);
            }
        }
        return null;
    }

    private @Nullable String equalTo(final Kind header) {
        final List<Condition> parts = condition instanceof Condition.And and ? and.parts() : List.of(condition);
        for (final Condition part : parts) {
            if (part instanceof Comparison comparison && comparison.sign() == Comparison.Sign.EQUAL) {
                final String value = textOf(comparison.left(), comparison.right(), header);
                if (value != null) {
                    return value;
                }
                final String turned = textOf(comparison.right(), comparison.left(), header);
                if (turned != null) {
                    return turned;
                }
            }
        }
        return null;
    }

    private static @Nullable String textOf(final Term field, final Term literal, final Kind header) {
        return field instanceof Term.Field name
                        && name.identifier().kind() == header
                        && literal instanceof Term.Literal text
                        && text.value().isText()
                ? text.value().text()
                : null;
    }

    @Override
    public String toString() {
        return normalised;
    }
}
