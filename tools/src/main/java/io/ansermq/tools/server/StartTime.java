package io.ansermq.tools.server;

import java.lang.management.ManagementFactory;

/** How long this process has been starting. Stateless. */
final class StartTime {

    private StartTime() {}

    /** Milliseconds since the JVM came to life. */
    static long elapsedMs() {
        return System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
    }
}
