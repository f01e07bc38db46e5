package io.ansermq.remoting.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The computations of SCRAM-SHA-256 (RFC 5802 and RFC 7677), which both sides of a login do. All byte strings are Base64
 * texts. Thread safe.
 *
 * <pre>
 * broker keeps   salt, iterations, StoredKey = H(ClientKey), ServerKey; not the password, and nothing to log in with
 * broker says    salt, iterations, its nonce
 * client says    its nonce, proof = ClientKey XOR HMAC(StoredKey, all that was said)
 * broker says    HMAC(ServerKey, all that was said), which only who knows the keys can
 * </pre>
 *
 * All that was said is the AuthMessage of RFC 5802 (without channel binding), so any implementation of SCRAM computes the
 * same proofs; the client's nonce merely travels with its proof instead of ahead of it. Passwords are taken as they are typed
 * (no SASLprep).
 *
 * <p>Only {@link #keys} is slow, on purpose, and only clients and administrators do it.
 */
public final class Scram {

    /** Iterations for new passwords: some ten milliseconds of a client's time for each login. */
    public static final int ITERATIONS = 16_384;

    /** What a client does at most for a broker that it does not know yet. */
    public static final int MAX_ITERATIONS = 1_000_000;

    private static final int SALT_BYTES = 16;
    private static final int NONCE_BYTES = 18;
    private static final int KEY_BITS = 256;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Scram() {}

    /**
     * What a broker keeps of a password.
     *
     * @param salt random, another one for each password
     * @param iterations how often the password was hashed
     * @param storedKey checks a client's proof
     * @param serverKey proves the broker to the client
     */
    public record Verifier(String salt, int iterations, String storedKey, String serverKey) {}

    /**
     * What both sides have said in one login.
     *
     * @param user who logs in
     * @param salt as the broker said it
     * @param iterations as the broker said it
     * @param serverNonce the broker's nonce
     * @param clientNonce the client's nonce
     */
    public record Exchange(String user, String salt, int iterations, String serverNonce, String clientNonce) {
        /** The AuthMessage of RFC 5802, section 3: what the two would have said in its own messages. */
        private byte[] bytes() {
            final String nonces = clientNonce + serverNonce;
            return utf8("n=" + user.replace("=", "=3D").replace(",", "=2C") + ",r=" + clientNonce //
                    + ",r=" + nonces + ",s=" + salt + ",i=" + iterations //
                    + ",c=biws,r=" + nonces);
        }

        /** A comma would end it in the middle. */
        private boolean isPossible() {
            return !clientNonce.isEmpty() && clientNonce.indexOf(',') < 0;
        }
    }

    /** The keys of a password, as a client needs them. */
    public static final class Keys {
        private final byte[] clientKey;
        private final byte[] serverKey;

        private Keys(final byte[] clientKey, final byte[] serverKey) {
            this.clientKey = clientKey;
            this.serverKey = serverKey;
        }

        /** What the client sends. */
        public String proof(final Exchange exchange) {
            return encode(xor(clientKey, hmac(sha256(clientKey), exchange.bytes())));
        }

        /** Whether the broker knows the password's keys too. */
        public boolean isServer(final Exchange exchange, final String signature) {
            return MessageDigest.isEqual(utf8(signature), utf8(encode(hmac(serverKey, exchange.bytes()))));
        }
    }

    /** A fresh nonce. */
    public static String nonce() {
        return random(NONCE_BYTES);
    }

    /** What to keep of a new password. Slow. */
    public static Verifier verifier(final String password, final int iterations) {
        final String salt = random(SALT_BYTES);
        final Keys keys = keys(password, salt, iterations);
        return new Verifier(salt, iterations, encode(sha256(keys.clientKey)), encode(keys.serverKey));
    }

    /**
     * The keys of a password. Slow: not for event loops.
     *
     * @throws IllegalArgumentException when the salt is no Base64, or the number of iterations is absurd
     */
    public static Keys keys(final String password, final String salt, final int iterations) {
        if (iterations < 1 || iterations > MAX_ITERATIONS) {
            throw new IllegalArgumentException(iterations + " iterations: 1 to " + MAX_ITERATIONS + " are possible");
        }
        final byte[] salted;
        try {
            // An empty password is legal, but the JDK takes no empty key.
            final char[] characters = password.isEmpty() ? new char[] {0} : password.toCharArray();
            final PBEKeySpec spec = new PBEKeySpec(characters, decode(salt), iterations, KEY_BITS);
            salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no PBKDF2 with SHA-256", e);
        }
        return new Keys(hmac(salted, utf8("Client Key")), hmac(salted, utf8("Server Key")));
    }

    /** Whether a proof was made by somebody who knows the password. Quick, and takes the same time for yes and no. */
    public static boolean isProof(final Verifier verifier, final Exchange exchange, final String proof) {
        if (!exchange.isPossible()) {
            return false;
        }
        final byte[] storedKey = decode(verifier.storedKey());
        final byte[] expected = hmac(storedKey, exchange.bytes());
        final byte[] given;
        try {
            given = decode(proof);
        } catch (IllegalArgumentException e) {
            return false;
        }
        return given.length == expected.length && MessageDigest.isEqual(storedKey, sha256(xor(given, expected)));
    }

    /** What the broker says to a client that it has let in. */
    public static String signature(final Verifier verifier, final Exchange exchange) {
        return encode(hmac(decode(verifier.serverKey()), exchange.bytes()));
    }

    private static String random(final int length) {
        final byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return encode(bytes);
    }

    private static byte[] xor(final byte[] a, final byte[] b) {
        final byte[] result = new byte[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = (byte) (a[i] ^ b[i]);
        }
        return result;
    }

    private static byte[] hmac(final byte[] key, final byte[] text) {
        try {
            final Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC with SHA-256", e);
        }
    }

    private static byte[] sha256(final byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static byte[] utf8(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String encode(final byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] decode(final String text) {
        return Base64.getDecoder().decode(text);
    }
}
