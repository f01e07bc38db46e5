package io.ansermq.tools.server;

import io.ansermq.broker.Broker;
import io.ansermq.tools.console.ExitCode;
import io.ansermq.tools.console.FailureText;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The life of a server from start to exit code. One per process, because it answers the process's signals.
 *
 * <p>Runs on the main thread; a signal closes everything from the thread of a shutdown hook.
 */
final class Server {

    private final ServerSettings settings;
    private final PrintWriter out;
    private final PrintWriter err;
    /** Set by whoever ends the process first: a signal, or the broker's failure. */
    private final AtomicBoolean ending = new AtomicBoolean();

    Server(final ServerSettings settings, final PrintWriter out, final PrintWriter err) {
        this.settings = settings;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts, says so, and waits for the end.
     *
     * @throws IOException a port cannot be opened; the text says what to do
     * @throws io.ansermq.store.StoreException the data directory cannot be used; the text says what to do
     */
    int run() throws IOException {
        try (NameService names = NameService.start(settings);
                Broker broker = Broker.start(settings.broker())) {
            final InetSocketAddress address = (InetSocketAddress) broker.address();
            names.register(broker);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(broker, names), "anser-signal"));
            print(out, readyLine(address, broker.dataDirectory(), names));
            return waitFor(broker);
        }
    }

    private String readyLine(final InetSocketAddress address, final String data, final NameService names) {
        return "AnserMQ ready on " + HostAndPort.text(address) + ", data " + data + ", flush "
                + settings.broker().asMap().get("flush") + ", " + names + ", started in " + StartTime.elapsedMs()
                + " ms";
    }

    private int waitFor(final Broker broker) {
        try {
            broker.terminated().join();
            return ExitCode.OK;
        } catch (final CompletionException e) {
            if (ending.compareAndSet(false, true)) {
                final Throwable cause = e.getCause() == null ? e : e.getCause();
                print(
                        err,
                        "AnserMQ stopped by itself: " + FailureText.of(cause)
                                + "; nothing that was acknowledged is lost, mend the cause and start it again");
            }
            return ExitCode.BROKER_STOPPED;
        }
    }

    /** On SIGTERM or SIGINT. Ends the process itself: left to the JVM the exit code would be that of a kill. */
    private void stop(final Broker broker, final NameService names) {
        if (ending.compareAndSet(false, true)) {
            names.close();
            broker.close();
            print(out, "AnserMQ stopped");
            Runtime.getRuntime().halt(ExitCode.OK);
        }
    }

    private static void print(final PrintWriter to, final String line) {
        to.println(line);
        to.flush();
    }
}
