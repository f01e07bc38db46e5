package io.ansermq.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.resource.spi.IllegalStateException;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.SecurityException;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.resource.spi.security.PasswordCredential;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.Subject;
import org.junit.jupiter.api.Test;

/** Rules 1 to 4 of an adapter: factories, matching, requests, credentials. */
class ManagedConnectionFactoryTest extends RaFixture {

    private static final RaConnectionRequest NOBODY = new RaConnectionRequest(null, null, null, RaDomain.ANY);

    private static RaConnectionRequest of(final String user, final String password) {
        return new RaConnectionRequest(user, password, null, RaDomain.ANY);
    }

    // ---- Factories

    @Test
    void shouldBeEqualByAllProperties() throws Exception {
        final AnserManagedConnectionFactory one = managedFactory();
        final AnserManagedConnectionFactory other = managedFactory();
        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);

        other.setQueuePrefetch(3);
        assertThat(one).isNotEqualTo(other);

        one.setQueuePrefetch(3);
        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(one).isNotEqualTo(new AnserQueueManagedConnectionFactory());
    }

    @Test
    void shouldBelongToOneAdapterForEver() throws Exception {
        final AnserManagedConnectionFactory factory = managedFactory();

        assertThatThrownBy(() -> factory.setResourceAdapter(adapter)).isInstanceOf(IllegalStateException.class);
        assertThat(factory.getResourceAdapter()).isSameAs(adapter);
    }

    @Test
    void shouldSurviveSerialization() throws Exception {
        final AnserManagedConnectionFactory factory = new AnserManagedConnectionFactory();
        factory.setServerUrl("anser://elsewhere");
        factory.setUserName("ada");

        assertThat(copy(factory)).isEqualTo(factory);
        assertThat(copy(factory.createConnectionFactory())).isInstanceOf(RaConnectionFactory.class);
    }

    private static Object copy(final Object object) throws Exception {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(object);
        return new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    }

    @Test
    void shouldWorkWithoutAServer() throws Exception {
        final ConnectionFactory factory = (ConnectionFactory) managedFactory().createConnectionFactory();

        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue("alone"), "hello");
            assertThat(context.createConsumer(context.createQueue("alone")).receiveBody(String.class, 10_000))
                    .isEqualTo("hello");
        }
    }

    @Test
    void shouldSayWhichTransactionsItsConnectionsCanDo() throws Exception {
        final AnserManagedConnectionFactory factory = managedFactory();
        assertThat(factory.getTransactionSupport()).isEqualTo(TransactionSupportLevel.XATransaction);

        factory.setUseLocalTx(true);
        assertThat(factory.getTransactionSupport()).isEqualTo(TransactionSupportLevel.LocalTransaction);

        factory.setTransactionLevel("NoTransaction");
        assertThat(factory.getTransactionSupport()).isEqualTo(TransactionSupportLevel.NoTransaction);
    }

    @Test
    void shouldInheritWhatItDoesNotSet() throws Exception {
        adapter.setUserName("of the adapter");
        final AnserManagedConnectionFactory factory = managedFactory();
        assertThat(factory.effective().user()).isEqualTo("of the adapter");
        assertThat(factory.effective().url()).isEqualTo(broker.uri());

        factory.setUser("own");
        factory.setConnectionParameters("host=a,b;port=1,2");
        assertThat(factory.effective().user()).isEqualTo("own");
        assertThat(factory.effective().url()).isEqualTo("anser://a:1,b:2");
    }

    @Test
    void shouldSayWhichPropertyIsWrong() throws Exception {
        final AnserManagedConnectionFactory factory = managedFactory();
        factory.setCallTimeout("soon");

        assertThatThrownBy(() -> factory.createManagedConnection(null, null))
                .hasMessageContaining("requestTimeout")
                .hasMessageContaining("soon");
    }

    @Test
    void shouldNotConnectAnywhereByDefault() {
        final AnserManagedConnectionFactory lost = new AnserManagedConnectionFactory();

        assertThatThrownBy(() -> lost.createManagedConnection(null, null)).hasMessageContaining("ServerUrl");
    }

    // ---- Matching

    @Test
    void shouldMatchOnlyTheSameUserAndClientId() throws Exception {
        final AnserManagedConnectionFactory factory = managedFactory();
        final ManagedConnection nobodys = track(factory.createManagedConnection(null, NOBODY));

        assertThat(factory.matchManagedConnections(Set.of(nobodys), null, null)).isSameAs(nobodys);
        assertThat(factory.matchManagedConnections(Set.of(nobodys), null, of("ada", "x")))
                .isNull();
        assertThat(factory.matchManagedConnections(
                        Set.of(nobodys), null, new RaConnectionRequest(null, null, "me", RaDomain.ANY)))
                .isNull();
        assertThat(managedFactoryWith("other").matchManagedConnections(Set.of(nobodys), null, NOBODY))
                .isNull();
    }

    private AnserManagedConnectionFactory managedFactoryWith(final String clientId) throws Exception {
        final AnserManagedConnectionFactory factory = managedFactory();
        factory.setClientID(clientId);
        return factory;
    }

    private ManagedConnection track(final ManagedConnection connection) {
        closeables.add(connection::destroy);
        return connection;
    }

    @Test
    @SuppressWarnings("unchecked") // The interface has raw sets.
    void shouldPassOverDeadConnectionsInSilence() throws Exception {
        final AnserManagedConnectionFactory factory = managedFactory();
        final ManagedConnection dead = track(factory.createManagedConnection(null, null));
        final ErrorCount errors = new ErrorCount();
        dead.addConnectionEventListener(errors);
        broker.stop();
        await().until(() -> errors.count() == 1);
        broker.start();
        final ManagedConnection alive = track(factory.createManagedConnection(null, null));

        assertThat(factory.matchManagedConnections(new LinkedHashSet<>(List.of(dead, alive)), null, null))
                .isSameAs(alive);
        assertThat(factory.matchManagedConnections(Set.of(dead), null, null)).isNull();
        assertThat(factory.getInvalidConnections(Set.of(dead, alive))).isEqualTo(Set.of(dead));
        assertThat(errors.count()).isEqualTo(1);
    }

    @Test
    void shouldCompareRequestsByAllTheySay() {
        assertThat(of("ada", "x")).isEqualTo(of("ada", "x")).hasSameHashCodeAs(of("ada", "x"));
        assertThat(of("ada", "x")).isNotEqualTo(of("ada", "y")).isNotEqualTo(NOBODY);
        assertThat(NOBODY).isNotEqualTo(new RaConnectionRequest(null, null, null, RaDomain.QUEUE));
        assertThat(of("ada", "secret").toString()).doesNotContain("secret");
    }

    // ---- Credentials

    private Subject subject(final AnserManagedConnectionFactory of, final String user) {
        final PasswordCredential foreign = new PasswordCredential("stranger", "s".toCharArray());
        foreign.setManagedConnectionFactory(new AnserManagedConnectionFactory());
        final PasswordCredential own = new PasswordCredential(user, "p".toCharArray());
        own.setManagedConnectionFactory(of);
        return new Subject(false, Set.of(), Set.of(), new LinkedHashSet<>(List.of(foreign, own)));
    }

    @Test
    void shouldTakeTheSubjectThenTheRequestThenTheConfiguration() throws Exception {
        final AnserManagedConnectionFactory factory = managedFactory();
        factory.setUserName("configured");
        factory.setPassword("c");

        assertThat(factory.login(subject(factory, "contained"), of("asked", "a")))
                .isEqualTo(new Login("contained", "p", null));
        assertThat(factory.login(null, of("asked", "a"))).isEqualTo(new Login("asked", "a", null));
        assertThat(factory.login(null, NOBODY)).isEqualTo(new Login("configured", "c", null));
        assertThat(factory.login(new Subject(), null)).isEqualTo(new Login("configured", "c", null));
    }

    @Test
    void shouldRefuseAWrongPasswordWhenTheConnectionIsMade() throws Exception {
        final AnserManagedConnectionFactory factory = managedFactory();

        assertThatThrownBy(() -> factory.createManagedConnection(null, of("nobody-known", "wrong")))
                .isInstanceOf(SecurityException.class);
        assertThatThrownBy(() -> factory().createConnection("nobody-known", "wrong"))
                .isInstanceOf(JMSSecurityException.class);
        assertThatThrownBy(() -> factory().createContext("nobody-known", "wrong"))
                .isInstanceOf(JMSSecurityRuntimeException.class);
    }

    @Test
    void shouldNeverHandAConnectionToAnotherPrincipal() throws Exception {
        final AnserManagedConnectionFactory factory = managedFactory();
        final ManagedConnection nobodys = track(factory.createManagedConnection(null, null));

        assertThatThrownBy(() -> nobodys.getConnection(subject(factory, "ada"), null))
                .isInstanceOf(SecurityException.class)
                .hasMessageContaining("ada");
    }
}
