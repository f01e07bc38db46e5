package io.ansermq.jms.session;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.util.concurrent.atomic.AtomicInteger;

/** The simplified API on a session that somebody else keeps: closing the context ends neither it nor the connection. */
final class LentContext extends JmsContext {
    private final JmsXaSession lent;

    LentContext(final JmsConnection connection, final JmsXaSession lent) throws JMSException {
        // The lender is a user of the connection that stays.
        super(connection, new AtomicInteger(2), JMSContext.AUTO_ACKNOWLEDGE);
        this.lent = lent;
    }

    @Override
    JmsSession newSession(final JmsConnection of) {
        return lent;
    }

    @Override
    void end(final JmsSession mine) {
        // The lender's.
    }
}
