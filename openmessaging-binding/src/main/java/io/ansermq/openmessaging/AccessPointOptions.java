package io.ansermq.openmessaging;

import io.ansermq.client.ClientOptions;
import io.ansermq.client.ReconnectOptions;
import io.ansermq.remoting.transport.ClientTls;
import io.ansermq.remoting.transport.Encryption;
import io.ansermq.remoting.transport.KeyFile;
import io.openmessaging.KeyValue;
import io.openmessaging.OMSBuiltinKeys;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the attributes of an access point say about connections. Stateless. */
final class AccessPointOptions {

    /** A startup fails when there is no broker; one that is lost later is looked for until the service is shut down. */
    private static final ReconnectOptions RECONNECT = new ReconnectOptions(
            ReconnectOptions.DEFAULT.attempts(),
            0,
            ReconnectOptions.DEFAULT.firstDelayMs(),
            ReconnectOptions.DEFAULT.delayMs(),
            ReconnectOptions.DEFAULT.multiplier(),
            ReconnectOptions.DEFAULT.maxDelayMs(),
            ReconnectOptions.DEFAULT.randomize());

    private static final Set<String> SECRETS = Set.of(
            AnserAccessPoint.PASSWORD,
            AnserAccessPoint.TLS_TRUST_STORE_PASSWORD,
            AnserAccessPoint.TLS_KEY_STORE_PASSWORD);

    private AccessPointOptions() {}

    /**
     * How to connect.
     *
     * @param timeoutMs how long operations may take; 0 for the client's default
     * @throws io.openmessaging.exception.OMSRuntimeException naming the attribute that is missing or wrong
     * @throws IllegalArgumentException naming the address that is wrong
     */
    static ClientOptions of(final KeyValue attributes, final String clientName, final long timeoutMs) {
        final String hosts = Attributes.text(attributes, OMSBuiltinKeys.ACCESS_POINTS);
        if (hosts == null) {
            throw Errors.of(
                    ErrorCode.BAD_PARAMETER,
                    "attribute ACCESS_POINTS names no broker: use OMS.getMessagingAccessPoint with a URL"
                            + " oms:anser://host:port/region");
        }
        final ClientOptions.Builder options = ClientOptions.builder()
                .addresses(hosts)
                .clientName(clientName)
                .reconnect(RECONNECT)
                .encryption(encryption(attributes));
        final Account account = Account.of(attributes);
        if (account != null) {
            options.user(decoded(account.user())).password(account.password());
        }
        if (timeoutMs > 0) {
            final int atMostMs = (int) Math.min(Integer.MAX_VALUE, timeoutMs);
            options.requestTimeoutMs(atMostMs).sendTimeoutMs(atMostMs);
        }
        return options.build();
    }

    /** A copy to show around. */
    static KeyValue withoutSecrets(final KeyValue attributes) {
        final KeyValue copy = Attributes.copy(attributes);
        copy.keySet().removeAll(SECRETS);
        final String account = Attributes.text(attributes, OMSBuiltinKeys.ACCOUNT_ID);
        if (account != null) {
            copy.put(OMSBuiltinKeys.ACCOUNT_ID, userOf(account));
        }
        return copy;
    }

    private static Encryption encryption(final KeyValue attributes) {
        final KeyFile trusted =
                file(attributes, AnserAccessPoint.TLS_TRUST_STORE, AnserAccessPoint.TLS_TRUST_STORE_PASSWORD);
        final KeyFile own = file(attributes, AnserAccessPoint.TLS_KEY_STORE, AnserAccessPoint.TLS_KEY_STORE_PASSWORD);
        if (!flag(attributes, AnserAccessPoint.TLS, false)) {
            if (trusted != null || own != null) {
                throw Errors.of(
                        ErrorCode.BAD_PARAMETER,
                        "a " + (trusted != null ? "trust" : "key") + " store is set, but the connection would not be"
                                + " encrypted: set attribute TLS to true");
            }
            return Encryption.NONE;
        }
        try {
            return ClientTls.load(trusted, own, flag(attributes, AnserAccessPoint.TLS_VERIFY_HOST, true), false);
        } catch (IOException e) {
            throw Errors.of(ErrorCode.BAD_PARAMETER, "the connection cannot be encrypted: " + e.getMessage(), e);
        }
    }

    private static @Nullable KeyFile file(final KeyValue attributes, final String path, final String password) {
        final String text = Attributes.text(attributes, path);
        return text == null ? null : new KeyFile(Path.of(text), Attributes.text(attributes, password));
    }

    private static boolean flag(final KeyValue attributes, final String name, final boolean otherwise) {
        final String text = Attributes.text(attributes, name);
        if (text == null) {
            return otherwise;
        }
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw Errors.of(
                        ErrorCode.BAD_PARAMETER,
                        "attribute " + name + " is '" + text + "': true or false are possible");
        };
    }

    private static String userOf(final String account) {
        final int colon = account.indexOf(':');
        return colon < 0 ? account : account.substring(0, colon);
    }

    /** A text in which characters that mean something in a URL are written as a percent sign and two digits. */
    private static String decoded(final String text) {
        // A plus sign is one: only the forms of web pages write spaces like that.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /**
     * Who connects.
     *
     * @param user as the URL has it
     */
    private record Account(String user, @Nullable String password) {

        /** What stands before the at sign of the URL, and the attribute for the password, which wins; null for nobody. */
        static @Nullable Account of(final KeyValue attributes) {
            final String text = Attributes.text(attributes, OMSBuiltinKeys.ACCOUNT_ID);
            if (text == null) {
                return null;
            }
            final String user = userOf(text);
            final String password = Attributes.text(attributes, AnserAccessPoint.PASSWORD);
            return new Account(
                    user,
                    password == null && user.length() < text.length()
                            ? decoded(text.substring(user.length() + 1))
                            : password);
        }
    }
}
