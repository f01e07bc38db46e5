package io.ansermq.tools.store;

import io.ansermq.tools.console.CommandGroup;
import picocli.CommandLine.Command;

/** The family of commands for data directories. */
@Command(
        name = "store",
        subcommands = {VerifyCommand.class, SalvageCommand.class},
        description = "Check or save the data directory of a broker that is stopped.")
public final class StoreCommand extends CommandGroup {}
