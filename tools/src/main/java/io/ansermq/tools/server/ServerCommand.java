package io.ansermq.tools.server;

import io.ansermq.broker.OptionSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of a server; its options are those of {@link ServerTable}. */
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Run a broker until SIGTERM or Ctrl-C.",
        footer = {
            "",
            "Every option but --config and --set can also stand in the properties file, as name=value.",
            "The command line wins over --set, --set over the file, the file over the default.",
            "Sizes: 4096, 64KiB, 16MiB, 1GiB. Durations: 500ms, 10s, 5m, 1h.",
            "Exit codes: 0 stopped, 1 could not start, 2 wrong option, 3 stopped by itself after a failure."
        })
public final class ServerCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "<file>", description = "Properties file with options.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "<name=value>",
            description = "Sets any option by its name; may be given several times.")
    private List<String> settings = new ArrayList<>();

    private final Map<String, String> arguments = new LinkedHashMap<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandSpec spec;

    /**
     * The command with an option for every entry of the table.
     *
     * @param commandLine what was typed: a family such as {@code flush.*} gets an option for each name that occurs in it
     */
    public static CommandLine commandLine(final List<String> commandLine) {
        final ServerCommand command = new ServerCommand();
        final CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        for (final OptionSpec entry : ServerTable.specs()) {
            if (ServerTable.isFamily(entry)) {
                spec.addOption(command.option(entry, ServerTable.prefix(entry) + "<name>", true));
                namesOf(entry, commandLine).forEach(name -> spec.addOption(command.option(entry, name, false)));
            } else {
                spec.addOption(command.option(entry, entry.name(), true));
            }
        }
        // As with most commands, the last one counts; scripts rely on it to add to a command line.
        return new CommandLine(spec).setOverwrittenOptionsAllowed(true);
    }

    private static List<String> namesOf(final OptionSpec family, final List<String> commandLine) {
        final String begin = "--" + ServerTable.prefix(family);
        return commandLine.stream()
                .filter(argument -> argument.startsWith(begin))
                .map(argument -> argument.substring(2).split("=", 2)[0])
                .distinct()
                .toList();
    }

    private CommandLine.Model.OptionSpec option(final OptionSpec entry, final String name, final boolean listed) {
        final String shownDefault = entry.defaultText().isEmpty() ? "" : " Default: " + entry.defaultText() + ".";
        return CommandLine.Model.OptionSpec.builder("--" + name)
                .type(String.class)
                .paramLabel("<" + entry.type().placeholder() + ">")
                .description(entry.description().replace("%", "%%") + shownDefault)
                .hidden(!listed)
                .setter(new Argument(name))
                .build();
    }

    @Override
    public Integer call() throws Exception {
        final ServerSettings resolved = ServerSettings.resolve(config, settings, arguments);
        final CommandLine own = spec.commandLine();
        return new Server(resolved, own.getOut(), own.getErr()).run();
    }

    /** Takes the value of one option. */
    private final class Argument implements ISetter {
        private final String name;

        Argument(final String name) {
            this.name = name;
        }

        /** Picocli also calls this with null, to set the beginning. */
        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // The interface is picocli's.
        public <T> @Nullable T set(final @Nullable T value) {
            if (value != null) {
                arguments.put(name, value.toString());
            }
            return null;
        }
    }
}
