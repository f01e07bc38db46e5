package io.ansermq.tools.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.OptionSpec;
import io.ansermq.broker.security.Permission;
import io.ansermq.broker.security.Roles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Texts that are made from the table of options and kept in the sources, where people look for them.
 *
 * <p>{@code make t M=tools T=GeneratedFilesTest ARGS=-Danser.test.jvm=-Danser.generate=true} writes them anew.
 */
class GeneratedFilesTest {

    private static final Path GUIDE = Path.of("../docs/guide/server.md");
    private static final Path PROPERTIES = Path.of("src/distribution/conf/anser.properties");
    private static final String BEGIN = "<!-- options: begin -->\n";
    private static final String END = "<!-- options: end -->";
    private static final Path USERS = Path.of("../docs/guide/users.md");
    private static final String BEGIN_ROLES = "<!-- roles: begin -->\n";
    private static final String END_ROLES = "<!-- roles: end -->";

    @Test
    void guideShouldListEveryOption() throws IOException {
        final String guide = Files.readString(GUIDE);
        final int begin = guide.indexOf(BEGIN) + BEGIN.length();

        check(GUIDE, guide.substring(0, begin) + markdown() + guide.substring(guide.indexOf(END)));
    }

    @Test
    void guideShouldListAllThatTheRolesFileMaySay() throws IOException {
        final String guide = Files.readString(USERS);
        final int begin = guide.indexOf(BEGIN_ROLES) + BEGIN_ROLES.length();

        check(USERS, guide.substring(0, begin) + roles() + guide.substring(guide.indexOf(END_ROLES)));
    }

    private static String roles() {
        return Arrays.stream(Roles.Line.values())
                        .map(line -> "| `" + line.form().replace("|", "\\|") + "` | " + line.meaning() + " |\n")
                        .collect(Collectors.joining("", "| line | meaning |\n|---|---|\n", "\n"))
                + Arrays.stream(Permission.values())
                        .filter(Permission::isGranted)
                        .map(each -> "| `" + each.text() + "` | " + each.meaning() + " |\n")
                        .collect(Collectors.joining("", "| permission | lets a user |\n|---|---|\n", ""));
    }

    @Test
    void propertiesFileShouldListEveryOption() throws IOException {
        check(PROPERTIES, properties());
    }

    private static void check(final Path file, final String expected) throws IOException {
        if (Boolean.getBoolean("anser.generate")) {
            Files.writeString(file, expected);
        }
        assertThat(Files.exists(file) ? Files.readString(file) : "")
                .as("%s is out of date: the comment of this test says how to write it anew", file)
                .isEqualTo(expected);
    }

    private static String markdown() {
        return ServerTable.specs().stream()
                .map(option -> "| `" + option.name() + "` | "
                        + option.type().placeholder().replace("|", " or ") + " | "
                        + (option.defaultText().isEmpty() ? "" : "`" + option.defaultText() + "`") + " | "
                        + option.description() + " |\n")
                .collect(Collectors.joining("", "| option | value | default | meaning |\n|---|---|---|---|\n", ""));
    }

    private static String properties() {
        return ServerTable.specs().stream()
                .map(GeneratedFilesTest::property)
                .collect(Collectors.joining("\n", """
                        # Options of the server: bin/anser server --config conf/anser.properties
                        # Every line that begins with '#' shows a default; take the '#' away to change it.
                        # Sizes: 4096, 64KiB, 16MiB, 1GiB. Durations: 500ms, 10s, 5m, 1h.

                        """, ""));
    }

    private static String property(final OptionSpec option) {
        final String value = option.defaultText().isEmpty() ? option.type().placeholder() : option.defaultText();
        return "# " + option.description() + "\n#" + option.name() + " = " + value + "\n";
    }
}
