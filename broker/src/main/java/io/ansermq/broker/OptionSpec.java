package io.ansermq.broker;

/**
 * One option of the broker: its name as it stands in a properties file, after {@code --set} and, with two dashes, on
 * the command line of {@code anser server}.
 *
 * @param name lower case words joined by dashes; a name that ends in {@code .*} stands for a family of options
 * @param defaultText the default, written as a user would write it
 * @param type how the value is read
 * @param description one sentence for {@code --help} and the reference
 */
public record OptionSpec(String name, String defaultText, Type type, String description) {

    /** How the text of an option becomes a value. */
    public enum Type {
        /** Any text. */
        TEXT("text"),
        /** A port of this machine, or {@code host:port}. */
        ADDRESS("[host:]port"),
        /** A whole number. */
        NUMBER("number"),
        /** A number with a fraction: {@code 1.5}. */
        DECIMAL("decimal"),
        /** {@code true} or {@code false}. */
        FLAG("true|false"),
        /** Bytes: {@code 4096}, {@code 64KiB}, {@code 16MiB}, {@code 1GiB}. */
        SIZE("size"),
        /** Time: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h}. */
        DURATION("duration"),
        /** {@code async} (answer when written) or {@code sync} (answer when forced to disk). */
        FLUSH("async|sync"),
        /** {@code auto}, {@code channel} or {@code mapped}. */
        APPEND_MODE("auto|channel|mapped"),
        /** {@code off}, {@code optional} or {@code required}. */
        TLS("off|optional|required"),
        /** {@code none}, {@code wanted} or {@code required}. */
        CLIENT_CERTIFICATE("none|wanted|required"),
        /** {@code none}, {@code common-name} or {@code subject}. */
        CERTIFICATE_USER("none|common-name|subject"),
        /** {@code none}, {@code loopback} or {@code all}. */
        ANONYMOUS("none|loopback|all");

        private final String placeholder;

        Type(final String placeholder) {
            this.placeholder = placeholder;
        }

        /** What stands for the value in a usage text. */
        public String placeholder() {
            return placeholder;
        }
    }
}
