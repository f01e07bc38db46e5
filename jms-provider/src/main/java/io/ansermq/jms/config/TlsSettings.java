package io.ansermq.jms.config;

import io.ansermq.remoting.transport.ClientTls;
import io.ansermq.remoting.transport.Encryption;
import io.ansermq.remoting.transport.KeyFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How connections over TCP are encrypted. Immutable.
 *
 * @param enabled whether they are
 * @param trustStore who may have signed the broker's certificate, or null for those that Java trusts
 * @param keyStore this end's private key and certificates, or null for none
 * @param verifyHost whether the broker's certificate must name the host that is connected to
 * @param trustAll whether any certificate will do
 */
public record TlsSettings(
        boolean enabled,
        @Nullable KeyFile trustStore,
        @Nullable KeyFile keyStore,
        boolean verifyHost,
        boolean trustAll) {

    static TlsSettings of(final ConnectionUri uri, final OptionValues values) {
        return new TlsSettings(
                uri.tls() || values.flag(Option.TLS),
                file(values, Option.TRUST_STORE, Option.TRUST_STORE_PASSWORD),
                file(values, Option.KEY_STORE, Option.KEY_STORE_PASSWORD),
                values.flag(Option.VERIFY_HOST),
                values.flag(Option.TRUST_ALL));
    }

    private static @Nullable KeyFile file(final OptionValues values, final Option path, final Option password) {
        final String text = values.textOrNull(path);
        return text == null ? null : new KeyFile(Path.of(text), values.textOrNull(password));
    }

    /**
     * Reads the files.
     *
     * @throws IOException in one clear line when one cannot be used, or when there are files but no encryption
     */
    public Encryption encryption() throws IOException {
        if (enabled) {
            return ClientTls.load(trustStore, keyStore, verifyHost, trustAll);
        }
        if (trustStore != null || keyStore != null) {
            throw new IOException(
                    "a " + (trustStore != null ? "trust" : "key") + " store is set, but the connection would"
                            + " not be encrypted: write anser+tls:// in front of the address, or set tls=true");
        }
        return Encryption.NONE;
    }
}
