package io.ansermq.tools.users;

import io.ansermq.broker.BrokerOptions;
import io.ansermq.tools.console.CommandGroup;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Commands that change a file of a broker without asking the broker. */
abstract class FileCommands extends CommandGroup {

    @Option(
            names = "--data",
            paramLabel = "<directory>",
            scope = ScopeType.INHERIT,
            description = "The broker's data directory, with that file in it. Default: the default of 'anser server'.")
    private @Nullable Path data;

    /** The file that was given, or the one that a broker with this data directory and no other options has. */
    final Path file(final @Nullable Path given, final Function<BrokerOptions, Path> ofBroker) {
        if (given != null) {
            return given;
        }
        final BrokerOptions.Builder options = BrokerOptions.builder();
        return ofBroker.apply((data == null ? options : options.set("data", data.toString())).build());
    }
}
