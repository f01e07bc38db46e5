package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.util.List;

/** One connection at a time has a client ID, and it is set before anything else, or by the administrator. */
class ClientIdTest extends Conformance {

    /** What makes it too late to set a client ID. */
    private enum Use {
        CREATE_SESSION {
            @Override
            void on(final Connection connection) throws JMSException {
                connection.createSession();
            }
        },
        START {
            @Override
            void on(final Connection connection) throws JMSException {
                connection.start();
            }
        },
        STOP {
            @Override
            void on(final Connection connection) throws JMSException {
                connection.stop();
            }
        },
        SET_CLIENT_ID {
            @Override
            void on(final Connection connection) throws JMSException {
                connection.setClientID("earlier-" + System.identityHashCode(connection));
            }
        };

        abstract void on(Connection connection) throws JMSException;
    }

    @Override
    protected void cases(final Cases cases) {
        cases.section("6.1.2").promise("an application can set it first of all", scene -> {
            final Connection connection = scene.closeLater(scene.factory().createConnection());
            assertThat(connection.getClientID()).isNull();
            connection.setClientID(scene.name("c"));
            assertThat(connection.getClientID()).isEqualTo(scene.name("c"));
        });
        cases.each(
                "after %s it is too late",
                List.of(Use.values()), (scene, use) -> {
                    final Connection connection =
                            scene.closeLater(scene.factory().createConnection());
                    use.on(connection);
                    assertThatThrownBy(() -> connection.setClientID(scene.name("c")))
                            .isInstanceOf(IllegalStateException.class);
                });
        cases.promise("the administrator's cannot be overridden", scene -> {
            final Connection connection = scene.closeLater(
                    scene.factory("jms.clientID=" + scene.name("c")).createConnection());
            assertThat(connection.getClientID()).isEqualTo(scene.name("c"));
            assertThatThrownBy(() -> connection.setClientID(scene.name("d"))).isInstanceOf(IllegalStateException.class);
        });
        cases.promise("one that another connection has is refused by setClientID", scene -> {
            final Connection first = scene.closeLater(scene.factory().createConnection());
            first.setClientID(scene.name("c"));
            final Connection second = scene.closeLater(scene.factory().createConnection());
            assertThatThrownBy(() -> second.setClientID(scene.name("c"))).isInstanceOf(InvalidClientIDException.class);
            second.setClientID(scene.name("d"));
            assertThat(second.getClientID()).isEqualTo(scene.name("d"));
        });
        cases.promise("one that another connection has is refused by createConnection", scene -> {
            final var factory = scene.factory("jms.clientID=" + scene.name("c"));
            scene.newConnection(factory);
            assertThatThrownBy(factory::createConnection).isInstanceOf(InvalidClientIDException.class);
            assertThatThrownBy(factory::createContext).isInstanceOf(InvalidClientIDRuntimeException.class);
        });
        cases.promise("it is free again when its connection is closed", scene -> {
            final var factory = scene.factory("jms.clientID=" + scene.name("c"));
            for (int i = 0; i < 20; i++) {
                factory.createConnection().close();
            }
            assertThat(scene.newConnection(factory).getClientID()).isEqualTo(scene.name("c"));
        });
        cases.promise("none and an empty one are invalid", scene -> {
            final Connection connection = scene.closeLater(scene.factory().createConnection());
            assertThatThrownBy(() -> connection.setClientID(null)).isInstanceOf(InvalidClientIDException.class);
            assertThatThrownBy(() -> connection.setClientID("")).isInstanceOf(InvalidClientIDException.class);
        });
        cases.section("JMSContext.setClientID").promise("a context has the rules of a connection", scene -> {
            final JMSContext context = scene.closeLater(scene.factory().createContext());
            context.setClientID(scene.name("c"));
            assertThat(context.getClientID()).isEqualTo(scene.name("c"));
            final JMSContext other = scene.closeLater(scene.factory().createContext());
            assertThatThrownBy(() -> other.setClientID(scene.name("c")))
                    .isInstanceOf(InvalidClientIDRuntimeException.class);
            assertThatThrownBy(() -> context.setClientID(scene.name("d")))
                    .isInstanceOf(IllegalStateRuntimeException.class);
            final JMSContext used = scene.closeLater(scene.factory().createContext());
            used.createProducer().send(scene.queue(), "x");
            used.start();
            assertThatThrownBy(() -> used.setClientID(scene.name("e")))
                    .isInstanceOf(IllegalStateRuntimeException.class);
        });
    }
}
