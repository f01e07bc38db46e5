package io.ansermq.tools.administration;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.remoting.protocol.AdminHeader.CloseConnection;
import io.ansermq.remoting.protocol.AdminHeader.Subject;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.tools.console.BrokerCommand;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.CommandGroup;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Who is connected. */
@Command(name = "connection", aliases = "conn", description = "Look at connections, and end them.")
public final class ConnectionCommand extends CommandGroup {

    private ConnectionCommand() {}

    /** The command with its own commands. */
    public static CommandLine commandLine() {
        return of(new ConnectionCommand(), List.of(new ListCommand(Subject.CONNECTIONS), new CloseCommand()));
    }

    @Command(name = "close", description = "End a connection; its client is told that an administrator did.")
    private static final class CloseCommand extends BrokerCommand {
        @Parameters(paramLabel = "<id>", description = "Its number, as 'anser connection list' shows it.")
        private long id;

        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            if (id < 0) {
                throw CommandFailure.usage("there is no connection " + id + "; see 'anser connection list'");
            }
            final var unused = session.ask(new CloseConnection(id), Done.class);
            print(out, Map.of("closed", id), "closed connection " + id);
        }
    }
}
