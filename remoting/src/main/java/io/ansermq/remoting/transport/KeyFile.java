package io.ansermq.remoting.transport;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A file of certificates, with or without private keys: a PKCS#12 or JKS key store, told apart by their content, or for
 * certificates to be trusted one or more in PEM ({@code .pem}, {@code .crt}, {@code .cer}). Immutable.
 *
 * @param path where it is
 * @param password what opens it, or null when nothing does
 */
public record KeyFile(Path path, @Nullable String password) {

    /**
     * The private key and its certificates.
     *
     * @throws IOException in one clear line that names the file
     */
    KeyManagerFactory keys() throws IOException {
        if (isPem()) {
            throw new IOException("'" + path + "' is a PEM file: a private key is read from a key store; make one with"
                    + " 'openssl pkcs12 -export -in chain.pem -inkey key.pem -out keys.p12'");
        }
        try {
            final KeyStore store = open();
            final KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, chars());
            return keys;
        } catch (final GeneralSecurityException e) {
            throw unreadable(e);
        }
    }

    /**
     * Whom it says to trust.
     *
     * @throws IOException in one clear line that names the file
     */
    TrustManagerFactory trust() throws IOException {
        try {
            final TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(isPem() ? certificates() : open());
            return trust;
        } catch (final GeneralSecurityException e) {
            throw unreadable(e);
        }
    }

    private KeyStore open() throws IOException, GeneralSecurityException {
        final File file = path.toFile();
        if (!file.isFile()) {
            throw new IOException("there is no key store '" + path.toAbsolutePath() + "'");
        }
        try {
            return KeyStore.getInstance(file, chars());
        } catch (final IOException e) {
            throw unreadable(e);
        }
    }

    private KeyStore certificates() throws IOException, GeneralSecurityException {
        final KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(path)) {
            int number = 0;
            for (final Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("certificate-" + number++, each);
            }
        }
        return store;
    }

    private boolean isPem() {
        final String name = path.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".pem") || name.endsWith(".crt") || name.endsWith(".cer");
    }

    private char @Nullable [] chars() {
        return password == null ? null : password.toCharArray();
    }

    private IOException unreadable(final Exception cause) {
        final boolean wrongPassword = String.valueOf(cause.getMessage()).contains("password")
                || cause.getCause() instanceof GeneralSecurityException;
        return new IOException(
                "cannot read key store '" + path + "': "
                        + (wrongPassword ? "the password is wrong" : cause.getMessage()),
                cause);
    }

    /** Something else when the file was changed or replaced; empty when it is not there. */
    String stamp() {
        try {
            final BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
        } catch (final IOException e) {
            return "";
        }
    }

    /** The path; no password. */
    @Override
    public String toString() {
        return path.toString();
    }
}
