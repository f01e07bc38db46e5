package io.ansermq.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where servers are, as one text: an address or several, encrypted or not, with or without reconnecting, and options.
 *
 * <pre>
 *   anser://host[:port][,host[:port]...][?options]               the first that answers; does not reconnect by itself
 *   anser+tls://...                                              the same, encrypted
 *   (anser://host:port,anser://host:port)[?options]              reconnects, to whichever answers
 *   failover:(anser://host:port,anser://host:port)[?options]     the same; the parentheses may be left out
 * </pre>
 *
 * Inside parentheses the scheme may be left out, and an address may have options of its own; they hold for all, so two
 * addresses cannot contradict each other. Options are {@code name=value} with an ampersand between them; {@code %26} is an
 * ampersand, {@code %25} is {@code %}, a plus sign is a plus sign. Which options there are is the reader's business;
 * only {@code failover.nested.} in front of a name is taken away here, because it says nothing more. Immutable.
 *
 * @param failover whether the text asks for reconnecting
 * @param encrypted whether connections are encrypted
 * @param servers {@code host[:port]} of each, in their order; never empty
 * @param options by name, in their order
 */
public record ServerUri(boolean failover, boolean encrypted, List<String> servers, Map<String, String> options) {
    private static final String PLAIN = "anser://";
    private static final String ENCRYPTED = "anser+tls://";
    private static final String FAILOVER = "failover:";
    private static final String NESTED = "failover.nested.";

    /** Checks and copies. */
    public ServerUri {
        servers = List.copyOf(servers);
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /** Whether a text looks like one of these, right or wrong. */
    public static boolean isOne(final String uri) {
        final String text = uri.strip();
        return text.startsWith(PLAIN)
                || text.startsWith(ENCRYPTED)
                || text.startsWith(FAILOVER)
                || text.startsWith("(");
    }

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException naming the part that is wrong; never with an option's value, which may be a secret
     */
    public static ServerUri parse(final String uri) {
        final String text = uri.strip();
        final Reader reader = new Reader(shown(text));
        reader.read(text);
        return new ServerUri(reader.failover, reader.encrypted, reader.servers, reader.options);
    }

    /** The servers' addresses, whose names are looked up when they are tried. */
    public List<InetSocketAddress> addresses() {
        return servers.stream().map(ClientOptions::parse).toList();
    }

    /**
     * Reads pairs {@code name=value} with ampersands between them into {@code options}.
     *
     * @throws IllegalArgumentException when a name has two values
     */
    public static void readOptions(final String query, final Map<String, String> options) {
        for (final String part : query.split("&", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            final int equals = part.indexOf('=');
            final String name = decode(equals < 0 ? part : part.substring(0, equals));
            final String value = equals < 0 ? "" : decode(part.substring(equals + 1));
            final String option = name.startsWith(NESTED) ? name.substring(NESTED.length()) : name;
            final String before = options.put(option, value);
            if (before != null && !before.equals(value)) {
                throw new IllegalArgumentException("option '" + option + "' has two values");
            }
        }
    }

    /** What may be shown of a URI: no options, for one of them may be a password. */
    public static String shown(final String uri) {
        final int question = uri.indexOf('?');
        return question < 0 ? uri : uri.substring(0, question);
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

    /** Without options, as {@link #parse} reads it. */
    @Override
    public String toString() {
        final String scheme = encrypted ? ENCRYPTED : PLAIN;
        return failover
                ? FAILOVER + "(" + scheme + String.join("," + scheme, servers) + ")"
                : scheme + String.join(",", servers);
    }

    /** One text being read. */
    private static final class Reader {
        private final String shown;
        private final List<String> servers = new ArrayList<>();
        private final Map<String, String> options = new LinkedHashMap<>();
        private boolean failover;
        private boolean encrypted;
        private boolean plain;

        Reader(final String shown) {
            this.shown = shown;
        }

        void read(final String text) {
            String rest = text;
            if (rest.startsWith(FAILOVER)) {
                failover = true;
                rest = rest.substring(FAILOVER.length());
                rest = rest.startsWith("//") ? rest.substring(2) : rest;
            }
            if (rest.startsWith("(")) {
                failover = true;
                final int end = rest.indexOf(')');
                if (end < 0) {
                    throw wrong("has no closing parenthesis");
                }
                readOptionsBehind(rest.substring(end + 1));
                for (final String server : rest.substring(1, end).split(",", -1)) {
                    readServer(server.strip());
                }
            } else {
                final int question = rest.indexOf('?');
                readOptionsBehind(question < 0 ? "" : rest.substring(question));
                for (final String server : (question < 0 ? rest : rest.substring(0, question)).split(",", -1)) {
                    readServer(server.strip());
                }
            }
            if (encrypted && plain) {
                throw wrong("mixes anser:// and anser+tls://: connections are all encrypted or all plain");
            }
        }

        private void readOptionsBehind(final String tail) {
            if (tail.isEmpty()) {
                return;
            }
            if (!tail.startsWith("?")) {
                throw wrong("goes on behind the parentheses with something that is no ?option=value");
            }
            try {
                readOptions(tail.substring(1), options);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("'" + shown + "': " + e.getMessage(), e);
            }
        }

        private void readServer(final String text) {
            String address = text;
            if (address.startsWith(ENCRYPTED)) {
                encrypted = true;
                address = address.substring(ENCRYPTED.length());
            } else if (address.startsWith(PLAIN)) {
                plain = true;
                address = address.substring(PLAIN.length());
            } else if ((servers.isEmpty() && !failover) || address.contains("://")) {
                throw wrong("is no address of AnserMQ: write anser://host:port, anser+tls://host:port, or"
                        + " failover:(anser://host:port,anser://host:port)");
            }
            final int question = address.indexOf('?');
            if (question >= 0) {
                readOptionsBehind(address.substring(question));
                address = address.substring(0, question);
            }
            address = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
            if (address.isEmpty()) {
                throw wrong("names no host: write anser://host:port");
            }
            try {
                var unused = ClientOptions.parse(address);
            } catch (IllegalArgumentException e) {
                throw wrong("has a part that is none: " + e.getMessage());
            }
            servers.add(address);
        }

        private IllegalArgumentException wrong(final String what) {
            return new IllegalArgumentException("'" + shown + "' " + what);
        }
    }
}
