package io.ansermq.tools.console;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.ClientOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which broker, and as whom. */
public final class BrokerOption {

    private static final String SCHEME = "anser://";

    @Option(
            names = "--url",
            paramLabel = "<url>",
            defaultValue = "anser://127.0.0.1:10911",
            description = "The broker. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // It has a default.
    private String url;

    @Mixin
    private final LoginOption login = new LoginOption();

    /** Nothing given yet; picocli fills it in. */
    public BrokerOption() {}

    /**
     * Connects to it.
     *
     * @throws CommandFailure when the URL is none, or a password is missing
     */
    public BrokerSession connect() throws BrokerException {
        if (!url.startsWith(SCHEME) || url.indexOf('?') >= 0) {
            throw CommandFailure.usage("--url " + url + ": expected anser://host:port");
        }
        try {
            final ClientOptions.Builder options = ClientOptions.builder()
                    .addresses(url.substring(SCHEME.length()))
                    .clientName("anser")
                    .user(login.user())
                    .password(login.password());
            return BrokerSession.connect(options.build());
        } catch (final IllegalArgumentException e) {
            throw CommandFailure.usage("--url " + url + ": " + e.getMessage());
        }
    }
}
