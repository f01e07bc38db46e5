package io.ansermq.tools.console;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.ClientOptions;
import io.ansermq.jms.config.ConnectionSettings;
import io.ansermq.jms.config.ConnectionUri;
import io.ansermq.jms.config.OptionValues;
import java.io.IOException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which broker, and as whom. */
public final class BrokerOption {

    @Option(
            names = "--url",
            paramLabel = "<url>",
            defaultValue = "anser://127.0.0.1:10911",
            description =
                    "The broker; anser+tls://host:port?trustStore=FILE for encryption. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // It has a default.
    private String url;

    @Mixin
    private final LoginOption login = new LoginOption();

    /** Nothing given yet; picocli fills it in. */
    public BrokerOption() {}

    /**
     * Connects to it.
     *
     * @throws CommandFailure when the URL is none, a file of certificates cannot be read, or a password is missing
     */
    public BrokerSession connect() throws BrokerException {
        try {
            final ConnectionUri uri = ConnectionUri.parse(url);
            if (uri.embedded()) {
                throw CommandFailure.usage("--url " + url + ": expected anser://host:port or anser+tls://host:port");
            }
            final OptionValues values = new OptionValues();
            values.setAll(uri.options());
            final ConnectionSettings settings = ConnectionSettings.of(uri, values, login.user(), login.password());
            return BrokerSession.connect(ClientOptions.builder()
                    .addresses(uri.address())
                    .clientName("anser")
                    .encryption(settings.tls().encryption())
                    .user(settings.user())
                    .password(settings.password())
                    .build());
        } catch (final IllegalArgumentException | IOException e) {
            throw CommandFailure.usage("--url: " + e.getMessage());
        }
    }
}
