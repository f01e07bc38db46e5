package io.ansermq.broker.admin;

import io.ansermq.broker.core.BrokerFigures;
import io.ansermq.broker.core.DestinationFigures;
import java.util.List;

/**
 * Everything the metrics speak of, at one moment. Immutable.
 *
 * @param broker what core said
 * @param connections open connections
 * @param destinations what core said of each destination, with the age of its oldest message
 */
record Sample(BrokerFigures broker, int connections, List<Destination> destinations) {

    /**
     * A destination.
     *
     * @param figures what core said
     * @param oldestAgeMs how long ago its oldest unsettled message was stored; 0 when there is none
     */
    record Destination(DestinationFigures figures, long oldestAgeMs) {}
}
