package io.ansermq.ra;

import jakarta.jms.QueueSession;
import jakarta.jms.TopicSession;

/**
 * What a server's connection manager hands out: a session of all kinds. Handles are proxies of it, and {@code ra.xml} names it as
 * their class, which some servers compare with the interface of each connection definition.
 */
public interface RaHandle extends QueueSession, TopicSession {
    /** What is behind the handle, also where a server has put a proxy of its own in front of it. */
    Object behind();
}
