package io.ansermq.jms.config;

import io.ansermq.client.ServerUri;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An address to connect to, with options.
 *
 * <pre>
 *   anser://host[:port][,host[:port]...][?option=value[&amp;option=value]...]
 *   anser+tls://...                                                     the same, encrypted
 *   (anser://host:port,anser://host:port)[?option=value...]             reconnects
 *   failover:(anser://host:port,anser://host:port)[?option=value...]    the same
 *   vm://name[?option=value...][&amp;broker.option=value...]
 * </pre>
 *
 * All but the last are read by {@link ServerUri}. Immutable.
 *
 * @param embedded whether this is a broker inside this JVM ({@code vm}); else it is reached over a socket ({@code anser})
 * @param failover whether it asks for reconnecting
 * @param tls whether connections are encrypted ({@code anser+tls})
 * @param address the addresses between commas, or the name of the broker in this JVM
 * @param options what the URI sets, checked
 * @param brokerOptions what it sets on the broker in this JVM, without the prefix
 */
public record ConnectionUri(
        boolean embedded,
        boolean failover,
        boolean tls,
        String address,
        Map<Option, String> options,
        Map<String, String> brokerOptions) {
    /** The address of a factory that was given none. */
    public static final String DEFAULT = "anser://127.0.0.1:10911";

    private static final String VM = "vm://";

    /**
     * Reads a URI.
     *
     * @throws IllegalArgumentException naming the part that is wrong, never with the value of a secret
     */
    public static ConnectionUri parse(final String uri) {
        final String text = uri.strip();
        final Map<Option, String> options = new LinkedHashMap<>();
        final Map<String, String> brokerOptions = new LinkedHashMap<>();
        if (ServerUri.isOne(text)) {
            final ServerUri servers = ServerUri.parse(text);
            read(text, servers.options(), false, options, brokerOptions);
            return new ConnectionUri(
                    false,
                    servers.failover(),
                    servers.encrypted(),
                    String.join(",", servers.servers()),
                    Map.copyOf(options),
                    Map.of());
        }
        if (!text.startsWith(VM)) {
            throw new IllegalArgumentException(
                    "'" + ServerUri.shown(text) + "' is no address of AnserMQ: write anser://host:port,"
                            + " anser+tls://host:port, failover:(anser://host:port,anser://host:port), or vm://name for a"
                            + " broker in this JVM");
        }
        final String name = stripSlash(ServerUri.shown(text).substring(VM.length()));
        if (name.isEmpty()) {
            throw new IllegalArgumentException("'" + ServerUri.shown(text) + "' names no broker: write vm://name");
        }
        final Map<String, String> texts = new LinkedHashMap<>();
        final int question = text.indexOf('?');
        ServerUri.readOptions(question < 0 ? "" : text.substring(question + 1), texts);
        read(text, texts, true, options, brokerOptions);
        return new ConnectionUri(true, false, false, name, Map.copyOf(options), Map.copyOf(brokerOptions));
    }

    private static void read(
            final String uri,
            final Map<String, String> texts,
            final boolean embedded,
            final Map<Option, String> options,
            final Map<String, String> brokerOptions) {
        for (final Map.Entry<String, String> text : texts.entrySet()) {
            final String name = text.getKey();
            try {
                if (name.startsWith(Option.BROKER_PREFIX)) {
                    requireEmbedded(name, embedded);
                    brokerOptions.put(name.substring(Option.BROKER_PREFIX.length()), text.getValue());
                } else {
                    final Option option = Option.require(name);
                    if (option == Option.CREATE) {
                        requireEmbedded(name, embedded);
                    }
                    options.put(option, option.checked(text.getValue()));
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("'" + ServerUri.shown(uri) + "': " + e.getMessage(), e);
            }
        }
    }

    private static void requireEmbedded(final String name, final boolean embedded) {
        if (!embedded) {
            throw new IllegalArgumentException(
                    "option '" + name + "' is for a broker in this JVM: it needs a vm:// address");
        }
    }

    private static String stripSlash(final String address) {
        return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }

    /** Scheme and address, without options. */
    @Override
    public String toString() {
        return embedded ? VM + address : new ServerUri(failover, tls, List.of(address.split(",")), Map.of()).toString();
    }
}
