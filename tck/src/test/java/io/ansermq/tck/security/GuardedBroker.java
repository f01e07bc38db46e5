package io.ansermq.tck.security;

import io.ansermq.broker.Broker;
import io.ansermq.broker.security.RoleFile;
import io.ansermq.broker.security.Roles;
import io.ansermq.broker.security.UserFile;
import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.ClientOptions;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.SmallBroker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A broker in this process with users {@code root} (an administrator), {@code ann} and {@code bob}, whose passwords are
 * their names backwards.
 */
final class GuardedBroker implements AutoCloseable {

    private final Path directory;
    private final Broker broker;

    GuardedBroker(final Path directory, final Map<String, String> options, final String... roles) throws IOException {
        this.directory = directory;
        final UserFile users = new UserFile(directory.resolve("users"));
        for (final String user : List.of("root", "ann", "bob")) {
            users.put(user, password(user));
        }
        roles(roles);
        broker = Broker.start(SmallBroker.options(directory.resolve("data"))
                .set("users", users.path().toString())
                .set("roles", roleFile().toString())
                .setAll(options)
                .build());
    }

    /** Says who may do what, besides {@code root}. */
    void roles(final String... lines) throws IOException {
        new RoleFile(roleFile()).change(before -> {
            final Roles now = Roles.parse(List.of(lines));
            return new Roles(
                    now.grants(),
                    Stream.concat(now.members().stream(), Stream.of(new Roles.Member("admin", "root")))
                            .toList());
        });
    }

    private Path roleFile() {
        return directory.resolve("roles");
    }

    static String password(final String user) {
        return new StringBuilder(user).reverse().toString();
    }

    int port() {
        return broker.port();
    }

    String uri() {
        return "anser://127.0.0.1:" + port();
    }

    /** A factory whose connections are of this user. */
    AnserConnectionFactory factory(final String user) {
        return new AnserConnectionFactory(user, password(user), uri());
    }

    /** A session of the client beneath the JMS provider. */
    BrokerSession session(final String user) throws BrokerException {
        return BrokerSession.connect(ClientOptions.builder()
                .address("127.0.0.1", port())
                .user(user)
                .password(password(user))
                .build());
    }

    /** A certificate file of remoting's tests, copied to where the test may replace it. */
    static Path certificate(final Path directory, final String name) throws IOException {
        final Path target = directory.resolve(name);
        try (InputStream in = Objects.requireNonNull(GuardedBroker.class.getResourceAsStream("/tls/" + name), name)) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
        return target;
    }

    @Override
    public void close() {
        broker.close();
    }
}
