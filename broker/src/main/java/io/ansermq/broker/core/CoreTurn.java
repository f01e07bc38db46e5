package io.ansermq.broker.core;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/**
 * A turn of the core agent that took long, for the JDK Flight Recorder. To be made only once there is a recorder: the first one
 * makes the JDK set up all of its recording, which takes longer than the start of a broker should.
 */
@Name("io.ansermq.CoreTurn")
@Label("Core turn")
@Category("AnserMQ")
@Description("One turn of the core agent: everything else waits meanwhile.")
@StackTrace(false)
@Threshold("1 ms")
final class CoreTurn extends Event {
    @Label("Commands taken")
    int taken;

    @Label("Effects applied")
    int applied;
}
