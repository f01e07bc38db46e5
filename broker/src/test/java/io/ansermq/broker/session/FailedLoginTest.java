package io.ansermq.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.security.Admission;
import io.ansermq.broker.security.Admissions;
import io.ansermq.broker.security.UserFile;
import io.ansermq.remoting.protocol.ConnectionHeader.Challenge;
import io.ansermq.remoting.protocol.ConnectionHeader.Connect;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConnectionHeader.Prove;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wrong login, with an event loop whose timer the test turns. */
class FailedLoginTest {

    @TempDir
    private Path directory;

    private final List<ControlHeader> written = new ArrayList<>();
    private final Queue<Runnable> scheduled = new ArrayDeque<>();
    private final List<Long> delaysMs = new ArrayList<>();
    private boolean closed;

    @Test
    void shouldAnswerByTheTimerAndHearNothingMeanwhile() throws Exception {
        final Admission admission = Admissions.of(new UserFile(directory.resolve("users")));
        for (int i = 1; i <= 3; i++) {
            written.clear();
            closed = false;
            final Connection connection = connection();
            final ClientSession session = new ClientSession(
                    connection, new SessionSettings("b", 1, 1, 1, 1, 1), 1, admission, null, null, null, null, null);
            say(session, connection, new Connect(1, "guess", null, "ann", null));
            say(session, connection, new Prove("nonce", "proof"));
            // Another try on the same connection would be one without a delay.
            say(session, connection, new Connect(1, "guess", null, "ann", null));

            assertThat(written).singleElement().isInstanceOf(Challenge.class);
            assertThat(closed).isFalse();
            scheduled.remove().run();
            assertThat(written.get(1)).isInstanceOfSatisfying(Failure.class, failure -> assertThat(failure.error())
                    .isEqualTo(ErrorCodes.AUTHENTICATION));
            assertThat(closed).isTrue();
        }
        assertThat(delaysMs).isSorted().doesNotHaveDuplicates().first().isNotEqualTo(0L);
    }

    private static void say(final ClientSession session, final Connection connection, final ControlHeader header) {
        session.onCommand(connection, RemotingCommand.control(header, 1));
    }

    private Connection connection() {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "execute" -> ((Runnable) arguments[0]).run();
                        case "write" -> written.add(((RemotingCommand) arguments[0]).control());
                        case "close" -> closed = true;
                        case "schedule" -> {
                            scheduled.add((Runnable) arguments[0]);
                            delaysMs.add((Long) arguments[1]);
                        }
                        case "remoteAddress" -> {
                            return new InetSocketAddress("10.0.0.1", 1);
                        }
                        case "remote" -> {
                            return "10.0.0.1:1";
                        }
                        default -> {}
                    }
                    return method.getReturnType() == long.class ? (Object) 0L : null;
                });
    }
}
