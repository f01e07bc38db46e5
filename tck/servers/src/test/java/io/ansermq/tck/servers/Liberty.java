package io.ansermq.tck.servers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.ContainerController;

/** Open Liberty 26: one server.xml. */
final class Liberty implements ServerDialect {
    private static final String SERVER_XML = """
            <server>
              <featureManager>
                <feature>servlet-6.0</feature><feature>enterpriseBeansLite-4.0</feature><feature>mdb-4.0</feature>
                <feature>messaging-3.1</feature><feature>connectors-2.1</feature><feature>cdi-4.0</feature>
                <feature>jndi-1.0</feature><feature>jdbc-4.3</feature><feature>localConnector-1.0</feature>
              </featureManager>
              <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="29080" httpsPort="-1"/>
              <applicationManager startTimeout="120s"/>
              <applicationMonitor updateTrigger="mbean"/>
              <transaction recoverOnStartup="true" waitForRecovery="false" heuristicRetryInterval="5s"/>
              <include location="adapter.xml" optional="true"/>
              <library id="h2"><file name="%s"/></library>
              <dataSource id="ds" jndiName="jdbc/ds" type="javax.sql.XADataSource">
                <jdbcDriver libraryRef="h2" javax.sql.XADataSource="org.h2.jdbcx.JdbcDataSource"/>
                <properties URL="jdbc:h2:file:%s" user="sa" password="sa"/>
              </dataSource>
            </server>
            """;

    /** In a file of its own, which can be there or not. */
    private static final String ADAPTER_XML = """
            <server>
              <resourceAdapter id="anser" location="%s">
                <properties.anser ServerUrl="%s" SetupInterval="200" MaxSetupInterval="1000"/>
              </resourceAdapter>
              <jmsConnectionFactory jndiName="jms/cf">
                <connectionManager maxPoolSize="10"/><properties.anser UserName="anser" Password="anser"/>
              </jmsConnectionFactory>
              <jmsConnectionFactory jndiName="jms/cf2">
                <connectionManager maxPoolSize="10"/><properties.anser UserName="anser" Password="anser" Tls="true" TrustStore="%s"/>
              </jmsConnectionFactory>
              <jmsQueue id="app.out" jndiName="jms/out"><properties.anser PhysicalName="app.out"/></jmsQueue>
              <jmsQueue id="mdb.lookup" jndiName="jms/looked"><properties.anser PhysicalName="mdb.lookup"/></jmsQueue>
              <jmsQueue id="mdb.in" jndiName="jms/in"><properties.anser PhysicalName="mdb.in"/></jmsQueue>
              <jmsTopic id="mdb.durable" jndiName="jms/durable"><properties.anser PhysicalName="mdb.durable"/></jmsTopic>
              <jmsTopic id="mdb.shared" jndiName="jms/shared"><properties.anser PhysicalName="mdb.shared"/></jmsTopic>
              <jmsActivationSpec id="app/InReceiver"><properties.anser/></jmsActivationSpec>
              <jmsActivationSpec id="app/LookupReceiver"><properties.anser/></jmsActivationSpec>
              <jmsActivationSpec id="app/DurableReceiver"><properties.anser/></jmsActivationSpec>
              <jmsActivationSpec id="app/SharedReceiver"><properties.anser/></jmsActivationSpec>
            </server>
            """;

    @Override
    public String name() {
        return "liberty";
    }

    @Override
    public void prepare(final Path home, final Path rar, final String brokerUri) throws IOException {
        Leftovers.delete(home.resolve("usr/servers/defaultServer"));
        final Path server = Files.createDirectories(home.resolve("usr/servers/defaultServer"));
        Files.writeString(
                server.resolve("server.xml"),
                SERVER_XML.formatted(System.getProperty("anser.server.h2"), server.resolve("data/anser")));
        Files.writeString(adapter(home), ADAPTER_XML.formatted(rar, brokerUri, TestedServer.AUTHORITY));
    }

    @Override
    public void undeployAdapter(final Path home) throws IOException {
        move(adapter(home), aside(home), log(home), "J2CA7009I");
    }

    @Override
    public void deployAdapter(final Path home) throws IOException {
        move(aside(home), adapter(home), log(home), "J2CA7001I");
    }

    private static Path aside(final Path home) {
        return adapter(home).resolveSibling("adapter.xml.out");
    }

    private static Path adapter(final Path home) {
        return home.resolve("usr/servers/defaultServer/adapter.xml");
    }

    /** Moves a file of the configuration, and waits until the server, which looks at them, says what came of it. */
    private static void move(final Path from, final Path to, final Path log, final String message) throws IOException {
        final long before = count(log, message);
        Files.move(from, to);
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> count(log, message) > before);
    }

    private static long count(final Path log, final String message) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(each -> each.contains(message)).count();
        }
    }

    @Override
    public int httpPort() {
        return 29080;
    }

    @Override
    public String jndi(final String object) {
        return (object.equals("ds") ? "jdbc/" : "jms/") + object;
    }

    /** The server.xml has it all. */
    @Override
    public Descriptor beanDescriptor(final Iterable<String> beans) {
        return null;
    }

    /** What Arquillian does to kill the server is ask it to stop, and it has ended. */
    @Override
    public void startAfterCrash(final ContainerController container) {
        assertThatThrownBy(() -> container.kill(SERVER)).hasMessageContaining("MBean");
        container.start(SERVER);
    }

    @Override
    public Path log(final Path home) {
        return home.resolve("usr/servers/defaultServer/logs/messages.log");
    }
}
