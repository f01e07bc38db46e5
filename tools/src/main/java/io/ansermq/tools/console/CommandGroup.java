package io.ansermq.tools.console;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that is nothing but its own commands. */
@Command(mixinStandardHelpOptions = true, usageHelpAutoWidth = true, synopsisSubcommandLabel = "<command>")
public abstract class CommandGroup implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandSpec spec;

    /** Nothing given yet. */
    protected CommandGroup() {}

    /** A group with commands that are not methods of its class. */
    protected static CommandLine of(final CommandGroup group, final List<?> commands) {
        final CommandLine line = new CommandLine(group);
        commands.forEach(line::addSubcommand);
        return line;
    }

    /** Prints a line. */
    protected final void say(final String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }

    /** Without a command there is nothing to do but to say which there are. */
    @Override
    public final void run() {
        throw new ParameterException(
                spec.commandLine(),
                "say what to do: " + String.join(", ", spec.subcommands().keySet()));
    }
}
