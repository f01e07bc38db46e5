package io.ansermq.tools.server;

import io.ansermq.broker.BrokerOptions;
import io.ansermq.broker.OptionSpec;
import io.ansermq.namesrv.RemoteNameServers;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.FailureText;
import io.ansermq.tools.console.Spelling;
import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server is to be like, from all the places where that can be said. Immutable.
 *
 * <p>A value on the command line wins over one given by {@code --set}, that over the properties file, that over the
 * default. Every name and value is checked, also one that another overrules.
 *
 * @param broker the broker's options
 * @param namesrvPort the port of the name server, 0 for none
 * @param namesrvs the name servers of other processes, not looked up yet
 */
public record ServerSettings(BrokerOptions broker, int namesrvPort, List<InetSocketAddress> namesrvs) {

    private static final String NAMESRV_PORT = ServerTable.NAMESRV_PORT.name();
    private static final String NAMESRV = ServerTable.NAMESRV.name();
    private static final int MAX_PORT = 65_535;

    /**
     * Takes all places together.
     *
     * @param file the properties file, if there is one
     * @param settings {@code name=value}, later ones winning
     * @param arguments options of the command line by name, without the dashes
     * @throws CommandFailure with {@link io.ansermq.tools.console.ExitCode#USAGE}, naming the wrong option and, for the
     *     file, the file
     */
    public static ServerSettings resolve(
            final @Nullable Path file, final List<String> settings, final Map<String, String> arguments) {
        final Collector collector = new Collector();
        if (file != null) {
            read(file).forEach((name, value) -> collector.set(file + ": ", name, value));
        }
        for (final String setting : settings) {
            final int equals = setting.indexOf('=');
            if (equals < 1) {
                throw CommandFailure.usage("--set " + setting + ": expected name=value");
            }
            collector.set("", setting.substring(0, equals).strip(), setting.substring(equals + 1));
        }
        arguments.forEach((name, value) -> collector.set("", name, value));
        return collector.settings();
    }

    private static Map<String, String> read(final Path file) {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (final NoSuchFileException e) {
            throw CommandFailure.usage("there is no file " + file + "; --config takes a properties file");
        } catch (final IOException | IllegalArgumentException e) {
            throw CommandFailure.usage("cannot read " + file + ": " + e.getMessage());
        }
        final Map<String, String> sorted = new TreeMap<>();
        properties.forEach((name, value) -> sorted.put(name.toString(), value.toString()));
        return sorted;
    }

    /** Takes options one by one, in rising order of precedence, and checks each at once. */
    private static final class Collector {
        private final BrokerOptions.Builder broker = BrokerOptions.builder();
        private List<InetSocketAddress> namesrvs = List.of();
        private int namesrvPort = Integer.parseInt(ServerTable.NAMESRV_PORT.defaultText());

        void set(final String origin, final String name, final String value) {
            try {
                set(name, value);
            } catch (final IllegalArgumentException e) {
                throw CommandFailure.usage(origin + e.getMessage());
            }
        }

        private void set(final String name, final String value) {
            if (ServerTable.find(name).isEmpty()) {
                final List<String> known =
                        ServerTable.specs().stream().map(OptionSpec::name).toList();
                throw new IllegalArgumentException("unknown option '" + name + "'" + Spelling.hint(name, known)
                        + " ('anser server --help' lists all)");
            }
            if (name.equals(NAMESRV_PORT) || name.equals("port")) {
                checkPort(name, value.strip());
            }
            if (name.equals(NAMESRV_PORT)) {
                namesrvPort = Integer.parseInt(value.strip());
            } else if (name.equals(NAMESRV)) {
                namesrvs = nameServers(value);
            } else {
                broker.set(name, value);
            }
        }

        private static List<InetSocketAddress> nameServers(final String text) {
            try {
                return RemoteNameServers.parse(text);
            } catch (final IllegalArgumentException e) {
                throw new IllegalArgumentException("option " + NAMESRV + ": " + e.getMessage(), e);
            }
        }

        private static void checkPort(final String name, final String text) {
            if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > MAX_PORT) {
                throw new IllegalArgumentException("option " + name + ": '" + text
                        + "' is not a valid value, expected a port from 0 to " + MAX_PORT);
            }
        }

        ServerSettings settings() {
            try {
                return new ServerSettings(broker.build(), namesrvPort, namesrvs);
            } catch (final IllegalArgumentException e) {
                throw CommandFailure.usage(FailureText.of(e));
            }
        }
    }
}
