package io.ansermq.broker.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.remoting.security.Scram;
import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserFileTest {

    @TempDir
    Path directory;

    private UserFile users;

    @BeforeEach
    void open() {
        users = new UserFile(directory.resolve("data/users"));
    }

    @Test
    void shouldHaveNoUsersWithoutAFile() throws IOException {
        assertThat(users.names()).isEmpty();
        assertThat(users.find("ann")).isNull();
        assertThat(users.remove("ann")).isFalse();
    }

    @Test
    void shouldKeepUsersInAFileThatOthersCannotRead() throws IOException {
        users.put("ann", "secret");
        users.put("b b", "");
        assertThat(new UserFile(users.path()).names()).containsExactlyInAnyOrder("ann", "b b");
        assertThat(Files.readString(users.path())).doesNotContain("secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(users.path())))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldSeeWhatAnotherProcessChanged() throws IOException {
        users.put("ann", "secret");
        new UserFile(users.path()).put("bob", "other");
        assertThat(users.names()).contains("bob");
        new UserFile(users.path()).remove("ann");
        users.refresh();
        assertThat(users.find("ann")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "#ann", "a:b", " ann", "ann ", "a\nb"})
    void shouldRefuseNamesThatCannotStandInTheFile(final String name) {
        assertThatThrownBy(() -> users.put(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldNameTheLineThatIsNone() throws IOException {
        Files.createDirectories(users.path().getParent());
        Files.writeString(users.path(), "# remark\n\nann:secret\n");
        assertThatThrownBy(() -> users.refresh())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 3");
    }

    @Test
    void shouldLetInWhoKnowsThePassword() throws IOException {
        users.put("ann", "secret");
        assertThat(login("ann", "secret")).isTrue();
        assertThat(login("ann", "Secret")).isFalse();
        assertThat(login("bob", "secret")).isFalse();
        users.put("ann", "changed");
        assertThat(login("ann", "secret")).isFalse();
        assertThat(login("ann", "changed")).isTrue();
    }

    @Test
    void shouldAnswerUnknownUsersAsIfTheyExisted() throws IOException {
        users.put("ann", "secret");
        final Admission admission = Admissions.of(users);
        final Admission.Login unknown = begin(admission, "bob");
        assertThat(unknown.iterations()).isEqualTo(begin(admission, "ann").iterations());
        assertThat(unknown.salt()).hasSameSizeAs(begin(admission, "ann").salt());
        assertThat(begin(admission, "bob").salt()).isEqualTo(unknown.salt());
        assertThat(begin(admission, "rob").salt()).isNotEqualTo(unknown.salt());
    }

    @Test
    void shouldAdmitWithoutAUserFromWhereItSays() {
        final InetSocketAddress near = new InetSocketAddress("127.0.0.1", 1);
        final InetSocketAddress far = new InetSocketAddress("192.0.2.1", 1);
        assertThat(Anonymous.LOOPBACK.admits(near)).isTrue();
        assertThat(Anonymous.LOOPBACK.admits(new LocalAddress("vm"))).isTrue();
        assertThat(Anonymous.LOOPBACK.admits(far)).isFalse();
        assertThat(Anonymous.ALL.admits(far)).isTrue();
        assertThat(Anonymous.NONE.admits(near)).isFalse();
    }

    private static Admission.Login begin(final Admission admission, final String user) {
        final AtomicReference<Admission.Login> begun = new AtomicReference<>();
        admission.begin(user, begun::set);
        return begun.get();
    }

    private boolean login(final String user, final String password) {
        final Admission.Login login = begin(Admissions.of(users), user);
        final Scram.Exchange exchange =
                new Scram.Exchange(user, login.salt(), login.iterations(), login.nonce(), Scram.nonce());
        final Scram.Keys keys = Scram.keys(password, login.salt(), login.iterations());
        final String signature = login.prove(exchange.clientNonce(), keys.proof(exchange));
        return signature != null && keys.isServer(exchange, signature);
    }
}
