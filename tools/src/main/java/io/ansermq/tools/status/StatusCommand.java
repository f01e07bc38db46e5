package io.ansermq.tools.status;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.tools.console.BrokerCommand;
import io.ansermq.tools.console.Json;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Asks a broker how it is. */
@Command(name = "status", abbreviateSynopsis = true, description = "Show the figures of a broker and its destinations.")
public final class StatusCommand extends BrokerCommand {

    @Override
    protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
        final StatusView view = new StatusView(session.status());
        out.print(isJson() ? Json.write(view.asJson()) : view.asText());
    }
}
