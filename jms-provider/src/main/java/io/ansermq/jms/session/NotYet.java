package io.ansermq.jms.session;

import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;

/**
 * What this release of the provider does not do yet, said in one place: each use of this class is something to build. The
 * guide lists them for users in {@code docs/guide/jms-status.md}.
 */
public final class NotYet {
    /** The error code of these exceptions. */
    public static final String ERROR_CODE = "NOT_YET";

    private NotYet() {}

    /** To throw from a method that cannot do what it is for. */
    public static JMSException exception(final String what) {
        return new JMSException(text(what), ERROR_CODE);
    }

    /** The same where only unchecked exceptions may be thrown. */
    public static JMSRuntimeException runtimeException(final String what) {
        return new JMSRuntimeException(text(what), ERROR_CODE);
    }

    static String text(final String what) {
        return what + ": this release does not do that yet; docs/guide/jms-status.md lists what it does";
    }
}
