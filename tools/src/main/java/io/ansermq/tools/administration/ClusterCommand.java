package io.ansermq.tools.administration;

import io.ansermq.remoting.protocol.Json;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.ansermq.remoting.transport.RemotingClient;
import io.ansermq.remoting.transport.TransportOptions;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.CommandGroup;
import io.ansermq.tools.console.ExitCode;
import io.ansermq.tools.console.ServerAddress;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Clusters, as a name server knows them. */
@Command(name = "cluster", description = "Look at clusters and their brokers, as a name server knows them.")
public final class ClusterCommand extends CommandGroup {

    private ClusterCommand() {}

    /** The command with its own commands. */
    public static CommandLine commandLine() {
        return of(new ClusterCommand(), List.of(new ListCommand()));
    }

    @Command(
            name = "list",
            description = "List the brokers of all clusters.",
            sortOptions = false,
            usageHelpAutoWidth = true,
            mixinStandardHelpOptions = true)
    private static final class ListCommand implements Callable<Integer> {

        /** RocketMQ's GET_BROKER_CLUSTER_INFO. */
        private static final int CLUSTERS = 106;

        private static final long TIMEOUT_MS = 10_000;

        @Option(
                names = "--namesrv",
                paramLabel = "<host:port>",
                defaultValue = "127.0.0.1:9876",
                description =
                        "The name server; anser+tls://host:port?trustStore=FILE for encryption. Default: ${DEFAULT-VALUE}.")
        @SuppressWarnings("NullAway.Init") // It has a default.
        private String nameServer;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Spec
        @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
        private CommandSpec spec;

        @Override
        public Integer call() {
            final PrintWriter out = spec.commandLine().getOut();
            final List<Map<String, String>> brokers = brokers(ask());
            if (brokers.isEmpty() && !json) {
                out.println("no brokers");
            } else {
                io.ansermq.tools.administration.ListCommand.print(out, brokers, json);
            }
            out.flush();
            return ExitCode.OK;
        }

        private Map<String, @Nullable Object> ask() {
            final ServerAddress server = server();
            Connection connection = null;
            RemotingCommand answer = null;
            try {
                connection = RemotingClient.connect(
                        server.addresses().get(0),
                        TransportOptions.builder()
                                .name("anser")
                                .ioThreads(1)
                                .encryption(server.encryption())
                                .build(),
                        TIMEOUT_MS,
                        any -> new Silent());
                answer = connection
                        .request(RemotingCommand.request(CLUSTERS, Map.of(), Unpooled.EMPTY_BUFFER), TIMEOUT_MS)
                        .get();
                if (answer.code() != 0) {
                    throw CommandFailure.failed(
                            "the name server " + nameServer + " answers " + answer.code() + ": " + answer.remark());
                }
                return Json.object(ByteBufUtil.getBytes(answer.body()));
            } catch (final IOException e) {
                throw CommandFailure.failed("there is no name server: " + e.getMessage());
            } catch (final ExecutionException e) {
                throw CommandFailure.failed("the name server " + nameServer + " gives no answer: " + e.getCause());
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw CommandFailure.failed("interrupted");
            } finally {
                if (answer != null) {
                    answer.release();
                }
                if (connection != null) {
                    connection.close("the command ends");
                }
            }
        }

        private ServerAddress server() {
            if (nameServer.contains("://")) {
                return ServerAddress.of("--namesrv", nameServer);
            }
            // Without a port it would be a broker's.
            if (!nameServer.matches(".+:[0-9]{1,5}")) {
                throw CommandFailure.usage("--namesrv: '" + nameServer + "' is not host:port");
            }
            return ServerAddress.of("--namesrv", "anser://" + nameServer);
        }

        private static List<Map<String, String>> brokers(final Map<String, @Nullable Object> info) {
            final List<Map<String, String>> rows = new ArrayList<>();
            final Map<String, @Nullable Object> brokers = Json.asObject(info.get("brokerAddrTable"), "brokerAddrTable");
            brokers.forEach((name, each) -> {
                final Map<String, @Nullable Object> broker = Json.asObject(each, name);
                Json.asObject(broker.get("brokerAddrs"), "brokerAddrs").forEach((id, address) -> {
                    final Map<String, String> row = new LinkedHashMap<>();
                    row.put("cluster", String.valueOf(broker.get("cluster")));
                    row.put("broker", name);
                    row.put("id", id);
                    row.put("address", String.valueOf(address));
                    rows.add(row);
                });
            });
            return rows;
        }
    }

    /** A name server asks nothing. */
    private static final class Silent implements ConnectionHandler {
        @Override
        public void onCommand(final Connection from, final RemotingCommand command) {
            command.release();
        }

        @Override
        public void onClosed(final Connection from, final @Nullable Throwable cause) {
            // Who waits for an answer hears of it.
        }
    }
}
