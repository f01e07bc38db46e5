package io.ansermq.broker.security;

import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.security.Scram;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signatures of RocketMQ's clients. The access key is the name of a user, the secret key is made of what is kept of the
 * user's password: it changes with the password, and gives away neither the password nor a way to log in by it. Stateless.
 *
 * <pre>
 * SecretKey = base64url( HMAC-SHA256( serverKey, "RocketMQ secret key" ) )
 * Signature = base64( HMAC-SHA1( SecretKey, values of all fields but Signature in the order of their names, body ) )
 * </pre>
 */
public final class AccessKeys {

    /** The field with the name of the user. */
    public static final String ACCESS_KEY = "AccessKey";

    /** The field with the signature. */
    static final String SIGNATURE = "Signature";

    private AccessKeys() {}

    /** The secret key of a user whose password is kept like this. */
    public static String secretKey(final Scram.Verifier verifier) {
        final byte[] key = Base64.getDecoder().decode(verifier.serverKey());
        final byte[] secret = mac("HmacSHA256", key).doFinal("RocketMQ secret key".getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** Whether a request bears the signature that is made with this secret key. */
    static boolean isSigned(final RemotingCommand request, final String secretKey) {
        final Mac mac = mac("HmacSHA1", secretKey.getBytes(StandardCharsets.UTF_8));
        final Map<String, String> fields = new TreeMap<>(request.extFields());
        final String given = fields.remove(SIGNATURE);
        for (final String value : fields.values()) {
            mac.update(value.getBytes(StandardCharsets.UTF_8));
        }
        final ByteBuf body = request.body();
        if (body.isReadable()) {
            mac.update(body.nioBuffer());
        }
        final String right = Base64.getEncoder().encodeToString(mac.doFinal());
        return given != null
                && MessageDigest.isEqual(
                        right.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.UTF_8));
    }

    private static Mac mac(final String algorithm, final byte[] key) {
        try {
            final Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac;
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }
}
