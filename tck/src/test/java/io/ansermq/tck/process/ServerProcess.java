package io.ansermq.tck.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An {@code anser server} in a process of its own, which keeps its port and its data over restarts. Confined to the
 * test's thread. The test's {@link Evidence} kills what still runs at its end.
 */
public final class ServerProcess {
    /** Long enough for a busy machine with two processors; a server is ready in a second otherwise. */
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(30);
    private static final Pattern ADDRESS = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

    private final Settings settings;
    private int port;
    private int starts;
    private @Nullable JavaProcess process;

    private ServerProcess(Settings settings) {
        this.settings = settings;
        this.port = settings.port;
    }

    /** A server to be, with 256 MiB of heap, a port of the system's choice and data in the test's evidence. */
    public static Settings with(Evidence evidence) {
        return new Settings(evidence);
    }

    /** How a server is started. */
    public static final class Settings {
        private final Evidence evidence;
        private final Map<String, String> options = new LinkedHashMap<>();
        private final List<String> arguments = new ArrayList<>();
        private List<String> jvm = List.of("-Xmx256m");
        private String name = "server";
        private String bind = "127.0.0.1";
        private Path data;
        private int port;

        private Settings(Evidence evidence) {
            this.evidence = evidence;
            this.data = evidence.directory().resolve("data");
            // Small segments, because each one is written full of zeros ahead of its use.
            options.put("segment-size", "16MiB");
        }

        /** Flags of its JVM, instead of the 256 MiB of heap. */
        public Settings jvm(String... flags) {
            jvm = List.of(flags);
            return this;
        }

        /** What its output files are called; needed when a test has more than one. */
        public Settings name(String to) {
            this.name = to;
            return this;
        }

        /** The data directory. */
        public Settings data(Path directory) {
            this.data = directory;
            return this;
        }

        /** The port; 0, the default, lets the system choose. */
        public Settings port(int to) {
            this.port = to;
            return this;
        }

        /** The address to bind to; 127.0.0.1 when it is to be used by anybody. */
        public Settings bind(String host) {
            this.bind = host;
            return this;
        }

        /** {@code --set key=value}. */
        public Settings set(String key, String value) {
            options.put(key, value);
            return this;
        }

        /** More arguments, as they are. */
        public Settings arguments(String... more) {
            arguments.addAll(List.of(more));
            return this;
        }

        /** Starts it and waits until it can be used. */
        public ServerProcess start() {
            final ServerProcess server = new ServerProcess(this);
            server.start();
            return server;
        }

        /** Starts it and waits for nothing: for servers that must refuse to start. */
        public JavaProcess launch() {
            return new ServerProcess(this).launch();
        }
    }

    /** Starts it again, on the same port and data, and waits until it can be used. */
    public void start() {
        final JavaProcess started = launch();
        final String ready = started.awaitLine("AnserMQ ready", READY_WITHIN);
        final Matcher address = ADDRESS.matcher(ready);
        if (!address.find()) {
            throw new AssertionError("the ready line has no address 127.0.0.1:PORT: " + ready);
        }
        port = Integer.parseInt(address.group(1));
    }

    /** Starts it again and waits for nothing. */
    public JavaProcess launch() {
        starts++;
        final List<String> command = new ArrayList<>(List.of(
                "server",
                "--bind",
                settings.bind,
                "--port",
                Integer.toString(port),
                "--namesrv-port",
                "0",
                "--data",
                settings.data.toString()));
        settings.options.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        command.addAll(settings.arguments);
        final List<String> flags = new ArrayList<>(settings.jvm);
        flags.add("-XX:+ExitOnOutOfMemoryError");
        process = JavaProcess.start(
                settings.evidence,
                settings.name + "-" + starts,
                flags,
                ClassPath.server(),
                "io.ansermq.tools.Anser",
                command);
        return process;
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** How often it has been started. */
    public int starts() {
        return starts;
    }

    /** The URI for a connection factory. */
    public String uri() {
        return "anser://127.0.0.1:" + port;
    }

    /** Where its data is. */
    public Path data() {
        return settings.data;
    }

    /** The process that runs now, or ran last. */
    public JavaProcess process() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    /** kill -9. */
    public void kill() {
        process().kill();
    }

    /** SIGTERM, and the exit code. */
    public int stop() {
        process().terminate();
        return process().awaitExit(STOPPED_WITHIN);
    }
}
