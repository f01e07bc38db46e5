package io.ansermq.tools.console;

import io.ansermq.client.ServerUri;
import io.ansermq.jms.config.ConnectionSettings;
import io.ansermq.jms.config.ConnectionUri;
import io.ansermq.jms.config.Option;
import io.ansermq.jms.config.OptionValues;
import io.ansermq.remoting.transport.Encryption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where to connect to and how that is encrypted, as a URL on the command line says. Immutable. */
public final class ServerAddress {

    private final String option;
    private final List<InetSocketAddress> addresses;
    private final ConnectionSettings settings;

    private ServerAddress(final String option, final ConnectionUri uri) {
        this.option = option;
        this.addresses = ServerUri.parse(uri.toString()).addresses();
        final OptionValues values = new OptionValues();
        values.setAll(uri.options());
        this.settings = ConnectionSettings.of(
                uri, values, values.textOrNull(Option.USER_NAME), values.textOrNull(Option.PASSWORD));
    }

    /**
     * Reads a URL.
     *
     * @param option where it stands, for complaints
     * @throws CommandFailure when it is none, or that of a broker in this JVM
     */
    public static ServerAddress of(final String option, final String url) {
        try {
            final ConnectionUri uri = ConnectionUri.parse(url);
            if (uri.embedded()) {
                throw CommandFailure.usage(
                        option + " " + url + ": expected anser://host:port or anser+tls://host:port");
            }
            return new ServerAddress(option, uri);
        } catch (final IllegalArgumentException e) {
            throw CommandFailure.usage(option + ": " + e.getMessage());
        }
    }

    /** The addresses, to be tried in this order; their names are not looked up yet. */
    public List<InetSocketAddress> addresses() {
        return addresses;
    }

    /** Who connects; null for nobody. */
    public @Nullable String user() {
        return settings.user();
    }

    /** The password of {@link #user}. */
    public @Nullable String password() {
        return settings.password();
    }

    /**
     * What encrypts connections.
     *
     * @throws CommandFailure when a file of certificates cannot be used
     */
    public Encryption encryption() {
        try {
            return settings.tls().encryption();
        } catch (final IOException e) {
            throw CommandFailure.usage(option + ": " + e.getMessage());
        }
    }
}
