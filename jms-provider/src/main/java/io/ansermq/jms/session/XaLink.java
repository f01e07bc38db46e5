package io.ansermq.jms.session;

import io.ansermq.client.BrokerSession;

/**
 * A connection as its XA resources use it. Each connection has one, which is compared by identity.
 *
 * @param broker the connection to the broker
 * @param inquiry finds out what became of a branch whose end was not answered
 */
record XaLink(BrokerSession broker, LocalTransactions.Inquiry inquiry) {

    @Override
    public boolean equals(final Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
