package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.broker.security.UserFile;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Who may connect: users with passwords, and by default those who name no user. */
class UsersTest extends Conformance {

    private static final Path USERS = users();

    /** A user and a password that do not fit. */
    private record Wrong(String user, String password) {}

    private static final List<Wrong> WRONG = List.of(
            new Wrong("invalid", "invalid"),
            new Wrong("ann", "wrong"),
            new Wrong("ann", ""),
            new Wrong("ann", null),
            new Wrong("Ann", "secret"),
            new Wrong("", ""),
            new Wrong("", "secret"));

    private static Path users() {
        try {
            final Path file = Files.createTempDirectory("anser-users").resolve("users");
            final UserFile users = new UserFile(file);
            users.put("ann", "secret");
            users.put("b\u00f6b \ud83e\udd86", "p\u00e4ss w\u00f6rd: \u20ac");
            return file;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected Map<String, String> brokerOptions() {
        return Map.of("users", USERS.toString());
    }

    @Override
    protected void cases(final Cases cases) {
        cases.section("ConnectionFactory.createConnection")
                .promise("a user with the right password comes in", scene -> {
                    scene.closeLater(scene.factory().createConnection("ann", "secret"))
                            .createSession();
                    scene.closeLater(scene.factory()
                                    .createConnection("b\u00f6b \ud83e\udd86", "p\u00e4ss w\u00f6rd: \u20ac"))
                            .createSession();
                    scene.closeLater(scene.factory().createQueueConnection("ann", "secret"));
                    scene.closeLater(scene.factory().createTopicConnection("ann", "secret"));
                });
        cases.promise("one without any user comes in from this machine", scene -> scene.connection()
                .createSession());
        cases.each(
                "%s is a security exception, at once",
                WRONG, (scene, wrong) -> {
                    assertThatThrownBy(() -> scene.factory().createConnection(wrong.user(), wrong.password()))
                            .isInstanceOf(JMSSecurityException.class);
                    assertThatThrownBy(() -> scene.factory().createQueueConnection(wrong.user(), wrong.password()))
                            .isInstanceOf(JMSSecurityException.class);
                    assertThatThrownBy(() -> scene.factory().createTopicConnection(wrong.user(), wrong.password()))
                            .isInstanceOf(JMSSecurityException.class);
                });
        cases.section("ConnectionFactory.createContext").promise("a user with the right password comes in", scene -> {
            scene.closeLater(scene.factory().createContext("ann", "secret")).createProducer();
            final JMSContext context =
                    scene.closeLater(scene.factory().createContext("ann", "secret", JMSContext.CLIENT_ACKNOWLEDGE));
            assertThat(context.getSessionMode()).isEqualTo(JMSContext.CLIENT_ACKNOWLEDGE);
        });
        cases.each(
                "%s is a security exception, at once",
                WRONG, (scene, wrong) -> {
                    assertThatThrownBy(() -> scene.factory().createContext(wrong.user(), wrong.password()))
                            .isInstanceOf(JMSSecurityRuntimeException.class);
                    assertThatThrownBy(() -> scene.factory()
                                    .createContext(wrong.user(), wrong.password(), JMSContext.AUTO_ACKNOWLEDGE))
                            .isInstanceOf(JMSSecurityRuntimeException.class);
                });
        cases.section("6.1.2").promise("a user can have a client ID too", scene -> {
            final var connection = scene.closeLater(scene.factory().createConnection("ann", "secret"));
            connection.setClientID(scene.name("c"));
            assertThat(connection.getClientID()).isEqualTo(scene.name("c"));
        });
    }
}
