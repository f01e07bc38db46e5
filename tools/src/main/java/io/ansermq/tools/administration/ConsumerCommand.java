package io.ansermq.tools.administration;

import io.ansermq.remoting.protocol.AdminHeader.Subject;
import io.ansermq.tools.console.CommandGroup;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Who consumes. */
@Command(name = "consumer", description = "Look at consumers.")
public final class ConsumerCommand extends CommandGroup {

    private ConsumerCommand() {}

    /** The command with its own commands. */
    public static CommandLine commandLine() {
        return of(new ConsumerCommand(), List.of(new ListCommand(Subject.CONSUMERS)));
    }
}
