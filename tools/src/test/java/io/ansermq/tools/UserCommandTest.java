package io.ansermq.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.tools.console.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCommandTest {

    @TempDir
    Path data;

    @Test
    void shouldAddListChangeAndRemoveUsers() {
        assertThat(user("secret\n", "add", "ann").exitCode()).isEqualTo(ExitCode.OK);
        assertThat(user("other\n", "add", "bob").output()).contains("user 'bob' added");
        assertThat(user("", "list").output().lines()).containsExactly("ann", "bob");
        assertThat(user("x\n", "add", "ann").errorLines())
                .singleElement()
                .asString()
                .contains("passwd");
        assertThat(user("new\n", "passwd", "ann").output()).contains("new password");
        assertThat(user("", "remove", "ann").exitCode()).isEqualTo(ExitCode.OK);
        assertThat(user("", "list").output().lines()).containsExactly("bob");
        assertThat(user("", "list", "--json").output()).contains("\"bob\"");
    }

    @Test
    void shouldSayWhatIsWrong() {
        assertThat(user("x\n", "passwd", "ann").exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(user("", "remove", "ann").errorLines())
                .singleElement()
                .asString()
                .contains("no user 'ann'");
        assertThat(user("x\n", "add", "a:b").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(user("", "add", "ann").errorLines())
                .singleElement()
                .asString()
                .contains("no password");
        assertThat(CommandRun.of("user").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    private CommandRun user(final String input, final String command, final String... arguments) {
        final InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            final String[] all = new String[arguments.length + 4];
            all[0] = "user";
            all[1] = command;
            System.arraycopy(arguments, 0, all, 2, arguments.length);
            all[arguments.length + 2] = "--data";
            all[arguments.length + 3] = data.toString();
            return CommandRun.of(all);
        } finally {
            System.setIn(before);
        }
    }
}
