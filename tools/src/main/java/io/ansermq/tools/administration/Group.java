package io.ansermq.tools.administration;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that is nothing but its own commands. */
@Command(mixinStandardHelpOptions = true, usageHelpAutoWidth = true, synopsisSubcommandLabel = "<command>")
abstract class Group implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandSpec spec;

    static CommandLine of(final Group group, final List<?> commands) {
        final CommandLine line = new CommandLine(group);
        commands.forEach(line::addSubcommand);
        return line;
    }

    @Override
    public final void run() {
        throw new ParameterException(
                spec.commandLine(),
                "say what to do: " + String.join(", ", spec.subcommands().keySet()));
    }
}
