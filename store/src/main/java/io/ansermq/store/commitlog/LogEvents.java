package io.ansermq.store.commitlog;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What the log agent does, for the JDK Flight Recorder: one event for a batch. They cost nothing while nobody records. */
final class LogEvents {

    private LogEvents() {}

    /** A run of frames was written. */
    @Name("io.ansermq.LogWrite")
    @Label("Log write")
    @Category("AnserMQ")
    @Description("Sealed frames that lie side by side were written to the log.")
    @StackTrace(false)
    static final class Write extends Event {
        @Label("Bytes")
        @DataAmount
        long bytes;
    }

    /** Written bytes were forced to disk. */
    @Name("io.ansermq.LogForce")
    @Label("Log force")
    @Category("AnserMQ")
    @Description("Written bytes were forced to disk (fsync).")
    @StackTrace(false)
    static final class Force extends Event {
        @Label("Bytes")
        @DataAmount
        long bytes;
    }
}
