package io.ansermq.broker.core;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** A turn of the core agent that took long, for the JDK Flight Recorder. Costs nothing while nobody records. */
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
