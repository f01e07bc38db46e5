package io.ansermq.rocketmqit;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** {@code anser namesrv} and {@code anser server} as processes of their own, of which the latter can be killed. */
final class ServerProcesses implements AutoCloseable {

    private final Path directory;
    private final int nameServerPort;
    private final int brokerPort;
    private final Process nameServer;
    private Process broker;

    /** Starts both; their output goes to {@code output.log} in the directory. */
    ServerProcesses(final Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
        nameServerPort = freePort();
        brokerPort = freePort();
        nameServer = start(List.of("namesrv", "--port", Integer.toString(nameServerPort)));
        broker = startBroker();
    }

    String nameServerAddress() {
        return "127.0.0.1:" + nameServerPort;
    }

    /** As {@code kill -9} does, and a new start on what the broker left. */
    void killAndRestartBroker() throws IOException, InterruptedException {
        broker.destroyForcibly().waitFor();
        broker = startBroker();
    }

    private Process startBroker() throws IOException {
        return start(List.of(
                "server",
                "--port",
                Integer.toString(brokerPort),
                "--namesrv-port",
                "0",
                "--namesrv",
                nameServerAddress(),
                "--data",
                directory.resolve("data").toString()));
    }

    private Process start(final List<String> arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.ansermq.tools.Anser"));
        command.addAll(arguments);
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            keep(line);
            if (line.contains(" ready on ")) {
                final Thread rest = new Thread(() -> output.lines().forEach(this::keep));
                rest.setDaemon(true);
                rest.start();
                return process;
            }
        }
        throw new IOException("anser " + arguments.get(0) + " did not start: see " + directory.resolve("output.log"));
    }

    private synchronized void keep(final String line) {
        try {
            Files.writeString(
                    directory.resolve("output.log"),
                    line + System.lineSeparator(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (final IOException e) {
            // The directory is deleted at the end of the test.
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        broker.destroyForcibly();
        nameServer.destroyForcibly();
    }
}
