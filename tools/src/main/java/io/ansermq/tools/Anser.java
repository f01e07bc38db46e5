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
import java.util.Locale;
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
    private static final String TRACE = "anser.trace";

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandLine.Model.CommandSpec spec;

    private Anser() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(final String[] arguments) {
        final Name typed = arguments.length == 0 ? null : Name.of(arguments[0]);
        if (arguments.length > 0 && (typed == null || !typed.isHost()) && !Boolean.getBoolean(TRACE)) {
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
        final Name typed = arguments.isEmpty() ? null : Name.of(arguments.get(0));
        for (final Name name : typed == null ? Name.values() : new Name[] {typed}) {
            anser.addSubcommand(name.command(arguments));
        }
        return anser;
    }

    /** The commands there are, in the order of the help. The compiler sees to it that each can be made. */
    private enum Name {
        SERVER,
        NAMESRV,
        DEMO,
        SEND,
        RECEIVE,
        STATUS,
        DESTINATION,
        SUBSCRIPTION,
        CONSUMER,
        CONNECTION,
        TOPIC,
        GROUP,
        MESSAGE,
        CLUSTER,
        DLQ,
        TX,
        STORE,
        USER,
        ROLE,
        BENCH;

        /** The one that is called so, or null. */
        static @Nullable Name of(final String typed) {
            for (final Name name : values()) {
                if (name.name().toLowerCase(Locale.ROOT).equals(typed)) {
                    return name;
                }
            }
            return null;
        }

        /** Whether it runs a broker or a name server, or loads one, so that what these log is worth reading. */
        boolean isHost() {
            return this == SERVER || this == NAMESRV || this == DEMO || this == BENCH;
        }

        /** A switch, because twenty lambdas would take longer to make than most commands run. */
        Object command(final List<String> arguments) {
            return switch (this) {
                case SERVER -> ServerCommand.commandLine(arguments);
                case NAMESRV -> new NamesrvCommand();
                case DEMO -> new DemoCommand();
                case SEND -> new SendCommand();
                case RECEIVE -> new ReceiveCommand();
                case STATUS -> new StatusCommand();
                case DESTINATION -> DestinationCommand.commandLine();
                case SUBSCRIPTION -> SubscriptionCommand.commandLine();
                case CONSUMER -> ConsumerCommand.commandLine();
                case CONNECTION -> ConnectionCommand.commandLine();
                case TOPIC -> TopicCommand.commandLine();
                case GROUP -> GroupCommand.commandLine();
                case MESSAGE -> MessageCommand.commandLine();
                case CLUSTER -> ClusterCommand.commandLine();
                case DLQ -> DlqCommand.commandLine();
                case TX -> TxCommand.commandLine();
                case STORE -> new StoreCommand();
                case USER -> new UserCommand();
                case ROLE -> new RoleCommand();
                case BENCH -> new BenchCommand();
            };
        }
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
