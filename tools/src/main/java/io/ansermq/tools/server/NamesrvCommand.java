package io.ansermq.tools.server;

import io.ansermq.namesrv.Guard;
import io.ansermq.namesrv.NameServer;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.ExitCode;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a name server alone. */
@Command(
        name = "namesrv",
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Run a name server alone until SIGTERM or Ctrl-C; brokers register with it by --namesrv.",
        footer = {"", "Of the options of a server it takes bind, namesrv-port and those that begin with tls."})
public final class NamesrvCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "<file>", description = "Properties file with options of a server.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "<name=value>",
            description = "Sets an option of a server by its name; may be given several times.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--bind", paramLabel = "<text>", description = "Address to listen on; 0.0.0.0 for all.")
    private @Nullable String bind;

    @Option(names = "--port", paramLabel = "<number>", description = "Port to listen on. Default: 9876.")
    private @Nullable String port;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        final Map<String, String> arguments = new LinkedHashMap<>();
        if (bind != null) {
            arguments.put("bind", bind);
        }
        if (port != null) {
            arguments.put(ServerTable.NAMESRV_PORT.name(), port);
        }
        final ServerSettings resolved = ServerSettings.resolve(config, settings, arguments);
        if (resolved.namesrvPort() == 0) {
            throw CommandFailure.usage("a name server alone needs a port");
        }
        final CountDownLatch end = new CountDownLatch(1);
        try (NameServer server = NameServer.start(
                resolved.broker().bind(),
                resolved.namesrvPort(),
                resolved.broker().encryption())) {
            server.guardedBy(NamesrvCommand::refusal);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "anser-signal"));
            print("AnserMQ name server ready on " + HostAndPort.text(server.address()) + ", started in "
                    + StartTime.elapsedMs() + " ms");
            end.await();
        }
        return ExitCode.OK;
    }

    /** It has no users: what others are told is changed from this machine alone, or with a certificate. */
    private static @Nullable String refusal(final RemotingCommand request, final Connection from) {
        final boolean near = from.remoteAddress() instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && inet.getAddress().isLoopbackAddress();
        return Guard.isAdministration(request.code()) && !near && from.peerCertificate() == null
                ? "this name server is administered from its own machine, or by clients with a certificate"
                : null;
    }

    /** On SIGTERM or SIGINT. Ends the process itself: left to the JVM the exit code would be that of a kill. */
    private void stop(final NameServer server) {
        server.close();
        print("AnserMQ name server stopped");
        Runtime.getRuntime().halt(ExitCode.OK);
    }

    private void print(final String line) {
        final PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
