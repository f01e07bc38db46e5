package io.ansermq.tools.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LoginOptionTest {

    @Test
    void shouldTakeThePasswordFromTheEnvironment() {
        final LoginOption login = new LoginOption(Map.of("ANSER_PASSWORD", "secret")::get);
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("login", CommandLine.Model.CommandSpec.forAnnotatedObject(login)))
                .parseArgs("--user", "ann");

        assertThat(login.user()).isEqualTo("ann");
        assertThat(login.password()).isEqualTo("secret");
    }

    @Test
    void shouldSendNoPasswordOfNobody() {
        final LoginOption login = new LoginOption(Map.of("ANSER_PASSWORD", "secret")::get);

        assertThat(login.user()).isNull();
        assertThat(login.password()).isNull();
    }
}
