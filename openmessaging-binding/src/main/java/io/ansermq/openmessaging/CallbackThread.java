package io.ansermq.openmessaging;

import io.ansermq.remoting.transport.NamedThreads;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread, made when it is needed and gone after a second of leisure, that calls an application's listeners in order. */
final class CallbackThread {
    private static final int LEISURE_S = 1;

    private CallbackThread() {}

    static Executor named(final String name) {
        final ThreadPoolExecutor executor = new ThreadPoolExecutor(
                1, 1, LEISURE_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new NamedThreads(name, true));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
