package io.ansermq.jms.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An address to connect to, with options.
 *
 * <pre>
 *   anser://host[:port][,host[:port]...][?option=value[&amp;option=value]...]
 *   anser+tls://...                                                     the same, encrypted
 *   vm://name[?option=value...][&amp;broker.option=value...]
 * </pre>
 *
 * Values are percent-encoded where they hold {@code &} or {@code %}; a plus sign is a plus sign. Immutable.
 *
 * @param embedded whether this is a broker inside this JVM ({@code vm}); else it is reached over a socket ({@code anser})
 * @param tls whether connections are encrypted ({@code anser+tls})
 * @param address the addresses, or the name of the broker in this JVM
 * @param options what the URI sets, checked
 * @param brokerOptions what it sets on the broker in this JVM, without the prefix
 */
public record ConnectionUri(
        boolean embedded, boolean tls, String address, Map<Option, String> options, Map<String, String> brokerOptions) {
    /** The address of a factory that was given none. */
    public static final String DEFAULT = "anser://127.0.0.1:10911";

    private static final String ANSER = "anser://";
    private static final String ANSER_TLS = "anser+tls://";
    private static final String VM = "vm://";

    /**
     * Reads a URI.
     *
     * @throws IllegalArgumentException naming the part that is wrong, never with the value of a secret
     */
    public static ConnectionUri parse(final String uri) {
        final String text = uri.strip();
        if (text.startsWith("(") || text.startsWith("failover:")) {
            throw new IllegalArgumentException("'" + shown(text) + "': reconnecting is not in this release yet; list"
                    + " brokers as anser://host:port,host:port, of which the first that answers is taken");
        }
        final boolean embedded = text.startsWith(VM);
        final boolean tls = text.startsWith(ANSER_TLS);
        if (!embedded && !tls && !text.startsWith(ANSER)) {
            throw new IllegalArgumentException(
                    "'" + shown(text) + "' is no address of AnserMQ: write anser://host:port,"
                            + " anser+tls://host:port, or vm://name for a broker in this JVM");
        }
        final int question = text.indexOf('?');
        final String address =
                stripSlash(text.substring(text.indexOf("//") + 2, question < 0 ? text.length() : question));
        if (address.isEmpty()) {
            throw new IllegalArgumentException("'" + shown(text) + "' names "
                    + (embedded ? "no broker: write vm://name" : "no host: write anser://host:port"));
        }
        final Map<Option, String> options = new LinkedHashMap<>();
        final Map<String, String> brokerOptions = new LinkedHashMap<>();
        if (question >= 0) {
            parseQuery(shown(text), text.substring(question + 1), embedded, options, brokerOptions);
        }
        return new ConnectionUri(embedded, tls, address, Map.copyOf(options), Map.copyOf(brokerOptions));
    }

    private static void parseQuery(
            final String shown,
            final String query,
            final boolean embedded,
            final Map<Option, String> options,
            final Map<String, String> brokerOptions) {
        for (final String part : query.split("&", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            final int equals = part.indexOf('=');
            final String name = decode(equals < 0 ? part : part.substring(0, equals));
            final String value = equals < 0 ? "" : decode(part.substring(equals + 1));
            try {
                if (name.startsWith(Option.BROKER_PREFIX)) {
                    requireEmbedded(name, embedded);
                    brokerOptions.put(name.substring(Option.BROKER_PREFIX.length()), value);
                } else {
                    final Option option = Option.require(name);
                    if (option == Option.CREATE) {
                        requireEmbedded(name, embedded);
                    }
                    options.put(option, option.checked(value));
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("'" + shown + "': " + e.getMessage(), e);
            }
        }
    }

    private static void requireEmbedded(final String name, final boolean embedded) {
        if (!embedded) {
            throw new IllegalArgumentException(
                    "option '" + name + "' is for a broker in this JVM: it needs a vm:// address");
        }
    }

    /** What may be shown of a URI: no options, for one of them may be a password. */
    private static String shown(final String text) {
        final int question = text.indexOf('?');
        return question < 0 ? text : text.substring(0, question);
    }

    private static String stripSlash(final String address) {
        return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }

    private static String decode(final String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        final byte[] bytes = text.getBytes(UTF_8);
        final ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            final int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            final int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
            if (low >= 0) {
                decoded.write(high << 4 | low);
                i += 2;
            } else {
                decoded.write(bytes[i]);
            }
        }
        return decoded.toString(UTF_8);
    }

    /** Scheme and address, without options. */
    @Override
    public String toString() {
        return (embedded ? VM : tls ? ANSER_TLS : ANSER) + address;
    }
}
