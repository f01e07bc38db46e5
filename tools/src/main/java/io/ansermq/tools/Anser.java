package io.ansermq.tools;

import io.ansermq.tools.administration.ClusterCommand;
import io.ansermq.tools.administration.ConnectionCommand;
import io.ansermq.tools.administration.ConsumerCommand;
import io.ansermq.tools.administration.DestinationCommand;
import io.ansermq.tools.administration.GroupCommand;
import io.ansermq.tools.administration.MessageCommand;
import io.ansermq.tools.administration.SubscriptionCommand;
import io.ansermq.tools.administration.TopicCommand;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.ExitCode;
import io.ansermq.tools.console.FailureText;
import io.ansermq.tools.deadletters.DlqCommand;
import io.ansermq.tools.demo.DemoCommand;
import io.ansermq.tools.messages.ReceiveCommand;
import io.ansermq.tools.messages.SendCommand;
import io.ansermq.tools.server.NamesrvCommand;
import io.ansermq.tools.server.ServerCommand;
import io.ansermq.tools.status.StatusCommand;
import io.ansermq.tools.store.StoreCommand;
import io.ansermq.tools.transactions.TxCommand;
import io.ansermq.tools.users.RoleCommand;
import io.ansermq.tools.users.UserCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/**
 * The {@code anser} command. Whatever goes wrong ends in one line on the error stream and one of {@link ExitCode}.
 *
 * <p>{@code -Danser.trace=true} adds the stack trace of a failure.
 */
@Command(
        name = "anser",
        mixinStandardHelpOptions = true,
        versionProvider = Anser.Version.class,
        usageHelpAutoWidth = true,
        synopsisSubcommandLabel = "<command>",
        description = "AnserMQ, a Jakarta Messaging broker.",
        footer = {"", "'anser <command> --help' lists a command's options."})
public final class Anser implements Runnable {
    /** All there are, in the order of the help. */
    private static final List<String> COMMANDS = List.of(
            "server",
            "namesrv",
            "demo",
            "send",
            "receive",
            "status",
            "destination",
            "subscription",
            "consumer",
            "connection",
            "topic",
            "group",
            "message",
            "cluster",
            "dlq",
            "tx",
            "store",
            "user",
            "role",
            "bench");

    /** Those that run a broker or a name server, or load one, so that what these log is worth reading. */
    private static final Set<String> HOSTS = Set.of("server", "namesrv", "demo", "bench");

    private static final String TRACE = "anser.trace";

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandLine.Model.CommandSpec spec;

    private Anser() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(final String[] arguments) {
        if (arguments.length > 0 && !HOSTS.contains(arguments[0]) && !Boolean.getBoolean(TRACE)) {
            LogToStandardError.keepQuiet();
        }
        System.exit(run(writer(System.out), writer(System.err), arguments));
    }

    private static PrintWriter writer(final PrintStream stream) {
        return new PrintWriter(stream, false, StandardCharsets.UTF_8);
    }

    /** Runs the command and returns its exit code. */
    static int run(final PrintWriter out, final PrintWriter err, final String... arguments) {
        final CommandLine command = commandLine(List.of(arguments));
        command.setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((failure, given) -> refuse(failure))
                .setExecutionExceptionHandler((failure, failed, parsed) -> report(failure, failed));
        return command.execute(arguments);
    }

    /**
     * The command with the one that is named, or with all there are when none is: making all of them takes longer than most of
     * them run.
     *
     * @param arguments what was typed; see also {@link ServerCommand}
     */
    static CommandLine commandLine(final List<String> arguments) {
        final CommandLine anser = new CommandLine(new Anser());
        final String typed = arguments.isEmpty() ? "" : arguments.get(0);
        for (final String name : COMMANDS.contains(typed) ? List.of(typed) : COMMANDS) {
            anser.addSubcommand(subcommand(name, arguments));
        }
        return anser;
    }

    private static Object subcommand(final String name, final List<String> arguments) {
        return switch (name) {
            case "server" -> ServerCommand.commandLine(arguments);
            case "namesrv" -> new NamesrvCommand();
            case "demo" -> new DemoCommand();
            case "send" -> new SendCommand();
            case "receive" -> new ReceiveCommand();
            case "status" -> new StatusCommand();
            case "destination" -> DestinationCommand.commandLine();
            case "subscription" -> SubscriptionCommand.commandLine();
            case "consumer" -> ConsumerCommand.commandLine();
            case "connection" -> ConnectionCommand.commandLine();
            case "topic" -> TopicCommand.commandLine();
            case "group" -> GroupCommand.commandLine();
            case "message" -> MessageCommand.commandLine();
            case "cluster" -> ClusterCommand.commandLine();
            case "dlq" -> DlqCommand.commandLine();
            case "tx" -> TxCommand.commandLine();
            case "store" -> new StoreCommand();
            case "user" -> new UserCommand();
            case "role" -> new RoleCommand();
            case "bench" -> new BenchCommand();
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Without a command there is nothing to do but to say which there are. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }

    private static int refuse(final ParameterException failure) {
        final CommandLine command = failure.getCommandLine();
        printError(command, UsageText.of(failure), failure);
        return ExitCode.USAGE;
    }

    private static int report(final Exception failure, final CommandLine command) {
        printError(command, FailureText.of(failure), failure);
        return failure instanceof CommandFailure known ? known.exitCode() : ExitCode.FAILED;
    }

    private static void printError(final CommandLine command, final String line, final Throwable failure) {
        command.getOut().flush();
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + line);
        if (Boolean.getBoolean(TRACE)) {
            failure.printStackTrace(command.getErr());
        }
        command.getErr().flush();
    }

    /** The version as the build wrote it into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            final @Nullable String version = Anser.class.getPackage().getImplementationVersion();
            return new String[] {
                "AnserMQ " + (version == null ? "(built from source)" : version) + ", Java " + Runtime.version()
            };
        }
    }
}
