package io.ansermq.tck.servers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
              <library id="h2"><file name="%s"/></library>
              <dataSource id="ds" jndiName="jdbc/ds" type="javax.sql.XADataSource">
                <jdbcDriver libraryRef="h2" javax.sql.XADataSource="org.h2.jdbcx.JdbcDataSource"/>
                <properties URL="jdbc:h2:file:%s" user="sa" password="sa"/>
              </dataSource>
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
                SERVER_XML.formatted(
                        rar,
                        brokerUri,
                        TestedServer.AUTHORITY,
                        System.getProperty("anser.server.h2"),
                        server.resolve("data/anser")));
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
