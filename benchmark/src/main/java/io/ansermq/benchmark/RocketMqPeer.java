package io.ansermq.benchmark;

import io.ansermq.tools.bench.LoadException;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What RocketMQ's clients are measured against: an AnserMQ server, or Apache RocketMQ's name server and broker out of
 * their jars, each in a JVM of its own with the same flags. Output goes to files in its directory. Owned by the thread
 * that starts it.
 */
final class RocketMqPeer implements Closeable {

    private static final long START_MS = 60_000;
    private static final long STOP_MS = 15_000;

    private final String name;
    private final String nameServer;
    private final List<Process> processes = new ArrayList<>();

    private RocketMqPeer(final String name, final String nameServer) {
        this.name = name;
        this.nameServer = nameServer;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> processes.forEach(Process::destroyForcibly)));
    }

    /** An AnserMQ server with the name server in its process, as it is by default. */
    static RocketMqPeer anser(final Path directory, final List<String> jvm, final String flush)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        final int port = freePort();
        final int namesrvPort = freePort();
        final RocketMqPeer peer = new RocketMqPeer("anser", "127.0.0.1:" + namesrvPort);
        final List<String> arguments = new ArrayList<>(jvm);
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.ansermq.tools.Anser", "server"));
        arguments.addAll(List.of("--port", "" + port, "--namesrv-port", "" + namesrvPort, "--flush", flush));
        arguments.addAll(List.of("--data", directory.resolve("data").toString()));
        peer.start(directory.resolve("server.log"), arguments, port);
        return peer;
    }

    /**
     * Apache RocketMQ.
     *
     * @param classPath the jars of rocketmq-broker and rocketmq-namesrv with all they need
     */
    static RocketMqPeer apache(final Path directory, final List<String> jvm, final String classPath, final String flush)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        final int port = freePort();
        final int namesrvPort = freePort();
        final RocketMqPeer peer = new RocketMqPeer("rocketmq", "127.0.0.1:" + namesrvPort);
        final List<String> common = new ArrayList<>(jvm);
        common.addAll(List.of(
                "--add-opens",
                "java.base/java.nio=ALL-UNNAMED",
                "--add-opens",
                "java.base/sun.nio.ch=ALL-UNNAMED",
                "-Drocketmq.home.dir=" + directory,
                "-Duser.home=" + directory,
                "-cp",
                classPath));
        final Path names = write(directory.resolve("namesrv.conf"), Map.of("listenPort", "" + namesrvPort));
        peer.start(
                directory.resolve("namesrv.log"),
                with(common, "org.apache.rocketmq.namesrv.NamesrvStartup", "-c", names.toString()),
                namesrvPort);
        final Path store = directory.resolve("store");
        final Path broker = write(
                directory.resolve("broker.conf"),
                Map.of(
                        "brokerName",
                        "broker-a",
                        "brokerIP1",
                        "127.0.0.1",
                        "listenPort",
                        "" + port,
                        "namesrvAddr",
                        peer.nameServer,
                        "storePathRootDir",
                        store.toString(),
                        "storePathCommitLog",
                        store.resolve("commitlog").toString(),
                        "autoCreateTopicEnable",
                        "true",
                        "flushDiskType",
                        flush.equals("sync") ? "SYNC_FLUSH" : "ASYNC_FLUSH"));
        peer.start(
                directory.resolve("broker.log"),
                with(common, "org.apache.rocketmq.broker.BrokerStartup", "-c", broker.toString()),
                port);
        return peer;
    }

    private static List<String> with(final List<String> options, final String... more) {
        final List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return all;
    }

    private static Path write(final Path file, final Map<String, String> properties) throws IOException {
        final StringBuilder text = new StringBuilder();
        properties.forEach(
                (name, value) -> text.append(name).append('=').append(value).append(System.lineSeparator()));
        return Files.writeString(file, text);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void start(final Path output, final List<String> arguments, final int port)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        processes.add(process);
        final long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MS);
        while (!listens(port)) {
            if (!process.isAlive() || System.nanoTime() - endNs > 0) {
                close();
                throw new LoadException(name + " did not come up; its output is in " + output.toAbsolutePath());
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static boolean listens(final int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    String name() {
        return name;
    }

    /** For clients. */
    String nameServer() {
        return nameServer;
    }

    /** All of its processes, for the CPU accounting: Apache RocketMQ has two, AnserMQ one. */
    List<Long> pids() {
        return processes.stream().map(Process::pid).toList();
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        for (final Process process : processes) {
            try {
                if (!process.waitFor(STOP_MS, TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (final InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
