package io.ansermq.jms.message;

import jakarta.jms.JMSException;

/** The session that a received message belongs to, as the message sees it. */
public interface Acknowledger {

    /**
     * Acknowledges every message that the session has consumed, when its mode leaves that to the application; does
     * nothing in the other modes.
     *
     * @throws jakarta.jms.IllegalStateException when the session is closed
     */
    void acknowledge() throws JMSException;
}
