package io.ansermq.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The reference of commands is made from these.
 *
 * <p>{@code make t M=tools T=CommandReferenceTest ARGS=-Danser.test.jvm=-Danser.generate=true} writes it anew.
 */
class CommandReferenceTest {

    private static final Path PAGE = Path.of("../docs/guide/commands.md");
    private static final String BEGIN = "<!-- commands: begin -->\n";
    private static final String END = "<!-- commands: end -->";

    @Test
    void guideShouldListEveryCommandWithItsOptions() throws IOException {
        final String page = Files.readString(PAGE);
        final StringBuilder reference = new StringBuilder();
        describe(Anser.commandLine(List.of()), reference);
        final int begin = page.indexOf(BEGIN) + BEGIN.length();
        final String expected = page.substring(0, begin) + reference + page.substring(page.indexOf(END));
        if (Boolean.getBoolean("anser.generate")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE))
                .as("%s is out of date: the comment of this test says how to write it anew", PAGE)
                .isEqualTo(expected);
    }

    private static void describe(final CommandLine command, final StringBuilder out) {
        final CommandSpec spec = command.getCommandSpec();
        if (spec.parent() != null) {
            out.append("## ").append(spec.qualifiedName()).append("\n\n");
            out.append(String.join(" ", spec.usageMessage().description())).append("\n\n");
            out.append(
                    spec.name().equals("server") ? "Its options: [the server](server.md#options).\n\n" : table(spec));
        }
        new LinkedHashSet<>(command.getSubcommands().values()).forEach(each -> describe(each, out));
    }

    private static String table(final CommandSpec spec) {
        final List<String> rows = new ArrayList<>();
        for (final PositionalParamSpec each : spec.positionalParameters()) {
            rows.add(row(each, "`" + each.paramLabel() + "`"));
        }
        for (final OptionSpec each : spec.options()) {
            if (!each.hidden() && !each.usageHelp() && !each.versionHelp()) {
                final String value = each.arity().max() == 0 ? "" : " " + each.paramLabel();
                rows.add(row(each, "`" + String.join("`, `", each.names()) + value + "`"));
            }
        }
        return rows.isEmpty()
                ? ""
                : rows.stream().collect(Collectors.joining("", "| argument | meaning |\n|---|---|\n", "\n"));
    }

    private static String row(final ArgSpec each, final String name) {
        final String description = String.join(" ", each.description())
                .replace("${DEFAULT-VALUE}", String.valueOf(each.defaultValue()))
                .replace("%%", "%");
        return "| " + name.replace("|", "\\|") + " | " + description.replace("|", "\\|") + " |\n";
    }
}
