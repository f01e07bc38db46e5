package io.ansermq.jms.config;

import io.ansermq.client.message.Compression;
import java.io.Serializable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was set of the options, as checked texts. Not thread safe. */
public final class OptionValues implements Serializable {
    private static final long serialVersionUID = 1;

    private final EnumMap<Option, String> texts = new EnumMap<>(Option.class);

    /** Nothing set. */
    public OptionValues() {}

    /** A copy. */
    public OptionValues(final OptionValues other) {
        texts.putAll(other.texts);
    }

    /**
     * Sets an option.
     *
     * @throws IllegalArgumentException naming the option and saying what a value looks like
     */
    public void set(final Option option, final String text) {
        texts.put(option, option.checked(text));
    }

    /** Sets an option, or with null leaves it at its default. */
    public void setOrClear(final Option option, final @Nullable String text) {
        if (text == null) {
            texts.remove(option);
        } else {
            set(option, text);
        }
    }

    /** Sets all of these, whose texts are checked already. */
    public void setAll(final Map<Option, String> checked) {
        texts.putAll(checked);
    }

    /** Whether the option was set. */
    public boolean isSet(final Option option) {
        return texts.containsKey(option);
    }

    /** What was set, in the order of the options; not to be changed. */
    public Map<Option, String> asMap() {
        return Collections.unmodifiableMap(texts);
    }

    /** A text; the default when not set. */
    public String text(final Option option) {
        return texts.getOrDefault(option, option.defaultText());
    }

    /** A text; null when not set and without a default. */
    public @Nullable String textOrNull(final Option option) {
        final String text = text(option);
        return text.isEmpty() ? null : text;
    }

    /** The value of an option that is true or false. */
    public boolean flag(final Option option) {
        return (Boolean) option.read(text(option));
    }

    /** How bodies are compressed. */
    public Compression compression() {
        return (Compression) Option.COMPRESSION.read(text(Option.COMPRESSION));
    }

    /** The value of a number, time (milliseconds) or size (bytes) that is set or has a default. */
    public int number(final Option option) {
        return (Integer) option.read(text(option));
    }

    /** The value of a factor that is set or has a default. */
    public double factor(final Option option) {
        return (Double) option.read(text(option));
    }
}
