package io.ansermq.tools.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * As whom a command connects. A password comes from a file or the environment, for what stands on a command line is in the list
 * of processes. Fields are written by picocli.
 */
public final class LoginOption {

    private static final String VARIABLE = "ANSER_PASSWORD";

    private final UnaryOperator<@Nullable String> environment;

    @Option(
            names = "--user",
            paramLabel = "<name>",
            description = "Who connects; needed where the broker's option anonymous says so.")
    private @Nullable String user;

    @Option(
            names = "--password-file",
            paramLabel = "<file>",
            description = "File whose first line is the password. Default: the environment variable " + VARIABLE + ".")
    private @Nullable Path passwordFile;

    /** Nothing given yet; picocli fills it in. */
    public LoginOption() {
        this(System::getenv);
    }

    LoginOption(final UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    /** Who connects; null for a client that names nobody. */
    public @Nullable String user() {
        return user;
    }

    /**
     * The password; null when {@link #user} is.
     *
     * @throws CommandFailure when there is a user but no password, or only a password
     */
    public @Nullable String password() {
        if (user == null) {
            if (passwordFile != null) {
                throw CommandFailure.usage("--password-file needs --user");
            }
            return null;
        }
        if (passwordFile != null) {
            return firstLine(passwordFile);
        }
        final String password = environment.apply(VARIABLE);
        if (password == null) {
            throw CommandFailure.usage(
                    "no password of '" + user + "': give --password-file, or set the environment variable " + VARIABLE);
        }
        return password;
    }

    private static String firstLine(final Path file) {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            final String line = reader.readLine();
            if (line == null) {
                throw CommandFailure.usage("--password-file " + file + " is empty");
            }
            return line;
        } catch (IOException e) {
            throw CommandFailure.usage("--password-file " + file + " cannot be read: " + FailureText.of(e));
        }
    }
}
