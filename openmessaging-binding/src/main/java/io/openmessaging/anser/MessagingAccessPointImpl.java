package io.openmessaging.anser;

import io.ansermq.openmessaging.AnserAccessPoint;
import io.openmessaging.KeyValue;

/**
 * The driver {@code anser} of {@code oms:anser://[user@]host[:port][,host[:port]...]/region}, under the name by which the
 * API finds it. Thread safe.
 */
public final class MessagingAccessPointImpl extends AnserAccessPoint {

    /**
     * Called by the API, which tells nobody why a constructor failed: so nothing is looked at here, and {@link #startup}
     * says what is wrong with the attributes.
     */
    public MessagingAccessPointImpl(final KeyValue attributes) {
        super(attributes);
    }
}
