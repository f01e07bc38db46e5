package io.ansermq.tools.console;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.ClientOptions;
import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.ConnectionFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which broker, and as whom; without --user whom the URL names. Fields are written by picocli. */
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
        final ServerAddress server = ServerAddress.of("--url", url);
        final String password = login.password();
        final ClientOptions.Builder options = ClientOptions.builder();
        server.addresses().forEach(options::address);
        return BrokerSession.connect(options.clientName("anser")
                .encryption(server.encryption())
                .user(login.user() == null ? server.user() : login.user())
                .password(login.user() == null ? server.password() : password)
                .build());
    }

    /**
     * The same for Jakarta Messaging.
     *
     * @throws CommandFailure when the URL is none, or a password is missing
     */
    public ConnectionFactory connectionFactory() {
        final String password = login.password();
        try {
            return login.user() == null
                    ? new AnserConnectionFactory(url)
                    : new AnserConnectionFactory(login.user(), password, url);
        } catch (final IllegalArgumentException e) {
            throw CommandFailure.usage("--url: " + e.getMessage());
        }
    }
}
