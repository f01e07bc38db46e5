package io.ansermq.broker.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RolesTest {

    private static final InetSocketAddress NEAR = new InetSocketAddress("127.0.0.1", 1);
    private static final InetSocketAddress FAR = new InetSocketAddress("192.0.2.1", 1);

    private static final Roles ROLES = Roles.parse(List.of(
            "# who may what",
            "",
            "role clerk send,browse queue orders.*",
            "role clerk   consume topic *",
            "role keeper manage queue stock",
            "role anyone consume any public.*",
            "role letters consume queue DLQ.a*",
            "member clerk ann",
            "member clerk bob the second",
            "member keeper eve",
            "member letters pat",
            "member anyone *",
            "member admin root"));

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        // user, permission, kind, name, allowed
        "ann, send, queue, orders.eu, true",
        "ann, send, queue, orders, false",
        "ann, send, topic, orders.eu, false",
        "ann, consume, queue, orders.eu, false",
        "ann, consume, topic, anything, true",
        "bob the second, browse, queue, orders., true",
        "eve, manage, queue, stock, true",
        "eve, send, queue, stock, false",
        // a RocketMQ topic is a queue as well as a topic
        "ann, send, , orders.eu, true",
        "ann, manage, , orders.eu, false",
        // everybody
        "'', consume, queue, public.x, true",
        "nobody, consume, topic, public.x, true",
        "'', send, queue, orders.eu, false",
        // dead letters: hidden from patterns like *, open to who manages what they come from
        "ann, consume, topic, DLQ.x, false",
        "ann, consume, topic, %RETRY%x, false",
        "eve, consume, queue, DLQ.stock, true",
        "eve, consume, queue, DLQ.other, false",
        "pat, consume, queue, DLQ.abc, true",
    })
    void shouldAllowWhatARoleSays(
            final String user, final String permission, final String kind, final String name, final boolean allowed) {
        assertThat(ROLES.allow(
                        user.isEmpty() ? null : user,
                        Permission.of(permission),
                        Roles.kind(kind == null ? "any" : kind),
                        name))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "role",
                "role clerk send queue",
                "role clerk fly queue x",
                "role clerk administer queue x",
                "role clerk send lane x",
                "member clerk",
                "member clerk a:b",
                "member admin *",
                "grant everything",
            })
    void shouldNameTheLineThatIsNone(final String line) {
        assertThatThrownBy(() -> Roles.parse(List.of("role a send any b", line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line 2, '" + line + "'");
    }

    @Test
    void shouldComeBackFromTheFileAsItWasWritten() throws Exception {
        final RoleFile file = new RoleFile(directory.resolve("roles"));
        file.change(any -> ROLES);

        final RoleFile other = new RoleFile(file.path());
        other.refresh();
        assertThat(other.get().grants()).isEqualTo(ROLES.grants());
        assertThat(other.get().members()).isEqualTo(ROLES.members());
    }

    @Test
    void shouldKeepWhatItSaidWhenTheFileBreaks() throws Exception {
        final RoleFile file = new RoleFile(directory.resolve("roles"));
        file.change(any -> ROLES);
        Files.writeString(file.path(), "nonsense");

        assertThatThrownBy(file::refresh).hasMessageContaining("line 1");
        assertThat(file.get().isAdministrator("root")).isTrue();
    }

    @Test
    void shouldSayWhoMayNotDoWhatAndWhatHelps() {
        final Access ann = access(ROLES, Anonymous.LOOPBACK).of("ann", NEAR);

        assertThat(ann.refusal(Permission.SEND, DestinationKind.QUEUE, "stock"))
                .isEqualTo("user 'ann' may not send to queue 'stock': an administrator can allow it with"
                        + " 'anser role grant clerk send queue stock'");
        assertThat(ann.refusalToAdminister("list users"))
                .isEqualTo("user 'ann' may not list users: only members of the role 'admin' may;"
                        + " 'anser role assign admin ann' makes this user one");
        assertThat(ann.refusal(Permission.SEND, DestinationKind.QUEUE, "orders.x"))
                .isNull();
    }

    @Test
    void shouldLeaveDestinationsToAllUntilARoleSpeaksOfThem() {
        final AtomicReference<Roles> roles = new AtomicReference<>(Roles.parse(List.of("member admin root")));
        final Access ann = new AccessControl(roles::get, Anonymous.NONE, new Audit(Runnable::run)).of("ann", FAR);

        assertThat(ann.allows(Permission.MANAGE, DestinationKind.QUEUE, "x")).isTrue();
        assertThat(ann.refusalToAdminister("purge")).isNotNull();
        final Object before = ann.generation();
        roles.set(ROLES);
        assertThat(ann.generation()).isNotSameAs(before);
        assertThat(ann.allows(Permission.MANAGE, DestinationKind.QUEUE, "x")).isFalse();
    }

    @Test
    void shouldLetAdministratorsDoEverything() {
        final AccessControl control = access(ROLES, Anonymous.LOOPBACK);

        assertThat(control.of("root", FAR).refusalToAdminister("stop")).isNull();
        assertThat(control.of("root", FAR).allows(Permission.SEND, DestinationKind.QUEUE, "DLQ.x"))
                .isTrue();
        assertThat(control.of(null, NEAR).refusalToAdminister("stop")).isNull();
        assertThat(control.of(null, FAR).refusalToAdminister("stop")).isNotNull();
        // who names a user is that user, wherever they are
        assertThat(control.of("ann", NEAR).refusalToAdminister("stop")).isNotNull();
        assertThat(access(ROLES, Anonymous.NONE).of(null, NEAR).refusalToAdminister("stop"))
                .isNotNull();
    }

    private static AccessControl access(final Roles roles, final Anonymous administrators) {
        return new AccessControl(() -> roles, administrators, new Audit(Runnable::run));
    }
}
