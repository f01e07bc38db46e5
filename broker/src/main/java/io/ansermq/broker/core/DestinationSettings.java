package io.ansermq.broker.core;

import io.ansermq.store.FlushLevel;

/** What is configured by the name of a destination. Thread safe. */
public interface DestinationSettings {

    /** The level of messages that are sent there; that of everything else for the empty name. */
    FlushLevel flush(String destination);

    /** To whom its messages go, and what becomes of those that cannot be delivered. */
    DestinationPolicy policy(String destination);
}
