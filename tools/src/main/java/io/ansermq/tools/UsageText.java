package io.ansermq.tools;

import io.ansermq.tools.console.Spelling;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in one line. Stateless. */
final class UsageText {

    private UsageText() {}

    static String of(final ParameterException failure) {
        final CommandLine command = failure.getCommandLine();
        final String what = failure instanceof UnmatchedArgumentException unmatched
                ? unknown(command, unmatched.getUnmatched().get(0))
                : sentence(String.valueOf(failure.getMessage()));
        return what + " ('" + command.getCommandSpec().qualifiedName() + " --help' lists "
                + (command.getSubcommands().isEmpty() ? "its options)" : "the commands)");
    }

    private static String unknown(final CommandLine command, final String argument) {
        if (argument.startsWith("-")) {
            final String name = argument.split("=", 2)[0];
            return "unknown option '" + name + "'" + Spelling.hint(name, optionNames(command));
        }
        return command.getSubcommands().isEmpty()
                ? "unexpected argument '" + argument + "'"
                : "unknown command '" + argument + "'"
                        + Spelling.hint(argument, command.getSubcommands().keySet());
    }

    private static Collection<String> optionNames(final CommandLine command) {
        return command.getCommandSpec().options().stream()
                .map(OptionSpec::longestName)
                .map(name -> List.of(name.split("<", 2)).get(0))
                .toList();
    }

    /** Picocli's own words, begun like ours, and without the names of Java's types. */
    private static String sentence(final String text) {
        final String line = text.strip()
                .replaceAll("\\s*\\R\\s*", " ")
                .replaceFirst(" is not an int$", " is no whole number up to " + Integer.MAX_VALUE)
                .replaceFirst(" is not a long$", " is no whole number up to " + Long.MAX_VALUE);
        return line.substring(0, 1).toLowerCase(Locale.ROOT) + line.substring(1);
    }
}
