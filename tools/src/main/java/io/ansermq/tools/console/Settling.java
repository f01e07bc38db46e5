package io.ansermq.tools.console;

import io.ansermq.client.BrokerException;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLettersSettled;

/** Work on all messages of a destination, of which a broker does a part at each request. */
@FunctionalInterface
public interface Settling {

    /** Asks for the next part, which begins at a place. */
    DeadLettersSettled from(int lane, long offset) throws BrokerException;

    /** Asks until there is no more; returns how many messages that was. */
    static long all(final Settling work) throws BrokerException {
        long count = 0;
        int lane = 0;
        long offset = 0;
        while (lane >= 0) {
            final DeadLettersSettled part = work.from(lane, offset);
            count += part.count();
            lane = part.nextLane();
            offset = part.nextOffset();
        }
        return count;
    }
}
