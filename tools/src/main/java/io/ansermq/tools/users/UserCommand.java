package io.ansermq.tools.users;

import io.ansermq.broker.BrokerOptions;
import io.ansermq.broker.security.AccessKeys;
import io.ansermq.broker.security.UserFile;
import io.ansermq.remoting.security.Scram;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.ExitCode;
import io.ansermq.tools.console.Json;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/**
 * Changes the file with the users of a broker, which may be running: it looks at the file at each login. A password is
 * asked for at the terminal, or read from the standard input, so that it does not stand in the list of processes.
 */
@Command(
        name = "user",
        sortOptions = false,
        description = "Add, list and remove the users of a broker.",
        footer = {"", "A running broker knows a change at the next login; connections stay as they are."})
public final class UserCommand extends FileCommands {

    @Option(
            names = "--users",
            paramLabel = "<file>",
            scope = ScopeType.INHERIT,
            description = "The file itself, if the broker has the option users.")
    private @Nullable Path users;

    @Command(name = "add", mixinStandardHelpOptions = true, description = "Add a user; asks for the password.")
    int add(@Parameters(paramLabel = "<name>", description = "Who logs in.") final String name) throws IOException {
        final UserFile file = file();
        if (file.names().contains(name)) {
            throw CommandFailure.failed("user '" + name + "' exists already in " + file.path()
                    + "; 'anser user passwd' changes the password");
        }
        return put(file, name, "added");
    }

    @Command(name = "passwd", mixinStandardHelpOptions = true, description = "Change the password of a user.")
    int passwd(@Parameters(paramLabel = "<name>", description = "Whose.") final String name) throws IOException {
        final UserFile file = file();
        requireKnown(file, name);
        return put(file, name, "has a new password");
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, description = "Remove a user.")
    int remove(@Parameters(paramLabel = "<name>", description = "Who.") final String name) throws IOException {
        final UserFile file = file();
        requireKnown(file, name);
        file.remove(name);
        say("user '" + name + "' removed from " + file.path());
        return ExitCode.OK;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the names of all users.")
    int list(@Option(names = "--json", description = "Print JSON.") final boolean json) throws IOException {
        final UserFile file = file();
        final Set<String> names = new TreeSet<>(file.names());
        if (json) {
            say(Json.write(names).stripTrailing());
        } else if (names.isEmpty()) {
            say("no users in " + file.path());
        } else {
            names.forEach(this::say);
        }
        return ExitCode.OK;
    }

    @Command(
            name = "key",
            mixinStandardHelpOptions = true,
            description = "Show the keys by which a user's RocketMQ clients sign; they change with the password.")
    int key(@Parameters(paramLabel = "<name>", description = "Whose.") final String name) throws IOException {
        final UserFile file = file();
        requireKnown(file, name);
        final Scram.Verifier kept = file.find(name);
        if (kept == null) {
            throw CommandFailure.failed("there is no user '" + name + "' in " + file.path());
        }
        say("accessKey=" + name);
        say("secretKey=" + AccessKeys.secretKey(kept));
        return ExitCode.OK;
    }

    private int put(final UserFile file, final String name, final String done) throws IOException {
        try {
            file.put(name, password(name));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
        say("user '" + name + "' " + done + " in " + file.path());
        return ExitCode.OK;
    }

    private static void requireKnown(final UserFile file, final String name) throws IOException {
        if (!file.names().contains(name)) {
            throw CommandFailure.failed(
                    "there is no user '" + name + "' in " + file.path() + "; see 'anser user list'");
        }
    }

    private String password(final String name) throws IOException {
        final Console console = terminal();
        if (console != null) {
            final char[] first = console.readPassword("Password of %s: ", name);
            final char[] second = console.readPassword("The same again: ");
            if (first == null || second == null || !String.valueOf(first).equals(String.valueOf(second))) {
                throw CommandFailure.failed("the two are not the same; nothing was changed");
            }
            return String.valueOf(first);
        }
        final String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw CommandFailure.usage("no password: write it to the standard input, as one line");
        }
        return line;
    }

    /** The console when somebody sits at it; from JDK 22 on there is one in any case, and it says itself whether they do. */
    @SuppressWarnings("SystemConsoleNull") // what is asked behind it covers the newer JDKs
    private static @Nullable Console terminal() {
        final Console console = System.console();
        if (console == null) {
            return null;
        }
        try {
            return Boolean.FALSE.equals(Console.class.getMethod("isTerminal").invoke(console)) ? null : console;
        } catch (ReflectiveOperationException e) {
            return console; // before JDK 22
        }
    }

    private UserFile file() {
        return new UserFile(file(users, BrokerOptions::users));
    }
}
