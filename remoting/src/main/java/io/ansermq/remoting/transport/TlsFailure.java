package io.ansermq.remoting.transport;

import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What went wrong with TLS, in words that help. Stateless. */
public final class TlsFailure {

    private static final String ALERT = "Received fatal alert: ";

    /** What Java says when a peer that must show a certificate does not, or has been told of no authority that it knows. */
    private static final String NO_CERTIFICATE = "Empty client certificate chain";

    private TlsFailure() {}

    /** The reason in one line, from what is deepest in a chain of exceptions. */
    static String textOf(final Throwable cause) {
        final Throwable deepest = deepest(cause);
        final String text = String.valueOf(deepest.getMessage());
        if (deepest instanceof CertificateExpiredException) {
            return "the peer's certificate has expired, " + text;
        } else if (text.equals(NO_CERTIFICATE)) {
            return "the peer has shown no certificate, or has none that an authority signed which is trusted here";
        } else if (isAlert(deepest) && text.contains("certificate")) {
            return "the peer does not accept this end's certificate, or misses one (alert "
                    + text.substring(ALERT.length()) + "); its log says why";
        }
        return text;
    }

    /** Whether it was the peer that ended it. */
    public static boolean isByPeer(final Throwable cause) {
        return isAlert(deepest(cause));
    }

    /** What is wrong with a certificate of this end, which the peer will not accept; null when nothing is known to be. */
    static @Nullable String ownProblem(final Certificate @Nullable [] own) {
        if (own == null || own.length == 0 || !(own[0] instanceof X509Certificate certificate)) {
            return null;
        }
        try {
            certificate.checkValidity();
            return null;
        } catch (CertificateExpiredException e) {
            return "this end's certificate ("
                    + certificate.getSubjectX500Principal().getName() + ") has expired, " + e.getMessage();
        } catch (CertificateException e) {
            return "this end's certificate ("
                    + certificate.getSubjectX500Principal().getName() + ") is not valid yet, " + e.getMessage();
        }
    }

    private static boolean isAlert(final Throwable failure) {
        return failure instanceof SSLException
                && String.valueOf(failure.getMessage()).startsWith(ALERT);
    }

    private static Throwable deepest(final Throwable cause) {
        Throwable at = cause;
        while (at.getCause() != null && at.getCause() != at) {
            at = at.getCause();
        }
        return at;
    }
}
