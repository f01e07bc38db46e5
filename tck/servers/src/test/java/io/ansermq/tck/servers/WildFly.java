package io.ansermq.tck.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.awaitility.Awaitility;

/** WildFly 39: standalone-full.xml with the adapter in its resource-adapters subsystem. */
final class WildFly implements ServerDialect {
    private static final String ADAPTERS = """
            <subsystem xmlns="urn:jboss:domain:resource-adapters:7.1"><resource-adapters>
              <resource-adapter id="anser">
                <archive>anser.rar</archive>
                <transaction-support>XATransaction</transaction-support>
                <config-property name="ServerUrl">%s</config-property>
                <config-property name="SetupInterval">200</config-property>
                <config-property name="MaxSetupInterval">1000</config-property>
                <connection-definitions>
                  <connection-definition class-name="io.ansermq.ra.AnserManagedConnectionFactory"
                      jndi-name="java:/jms/cf" enabled="true" use-java-context="true" pool-name="cf">
                    <xa-pool><min-pool-size>0</min-pool-size><max-pool-size>10</max-pool-size></xa-pool>
                    <recovery><recover-credential user-name="anser" password="anser"/></recovery>
                  </connection-definition>
                  <connection-definition class-name="io.ansermq.ra.AnserManagedConnectionFactory"
                      jndi-name="java:/jms/cf2" enabled="true" use-java-context="true" pool-name="cf2">
                    <config-property name="Tls">true</config-property>
                    <config-property name="TrustStore">%s</config-property>
                    <xa-pool><min-pool-size>0</min-pool-size><max-pool-size>10</max-pool-size></xa-pool>
                    <recovery><recover-credential user-name="anser" password="anser"/></recovery>
                  </connection-definition>
                </connection-definitions>
                <admin-objects>
                  <admin-object class-name="io.ansermq.jms.destination.AdministeredQueue" jndi-name="java:/jms/out"
                      use-java-context="true" pool-name="out"><config-property name="PhysicalName">app.out</config-property></admin-object>
                  <admin-object class-name="io.ansermq.jms.destination.AdministeredQueue" jndi-name="java:/jms/looked"
                      use-java-context="true" pool-name="looked"><config-property name="PhysicalName">mdb.lookup</config-property></admin-object>
                </admin-objects>
              </resource-adapter>
            </resource-adapters></subsystem>""";

    private static final String DATABASE = """
            <datasources>
              <xa-datasource jndi-name="java:/jdbc/ds" pool-name="AnserDS" enabled="true">
                <xa-datasource-property name="URL">jdbc:h2:file:%s</xa-datasource-property>
                <driver>h2</driver>
                <security user-name="sa" password="sa"/>
              </xa-datasource>""";

    @Override
    public String name() {
        return "wildfly";
    }

    @Override
    public void prepare(final Path home, final Path rar, final String brokerUri) throws IOException {
        final Path standalone = home.resolve("standalone");
        for (final String left : new String[] {"data", "log", "tmp"}) {
            Leftovers.delete(standalone.resolve(left));
        }
        final Path file = standalone.resolve("configuration/standalone-full.xml");
        final Path shipped = standalone.resolve("configuration/standalone-full.xml.shipped");
        if (Files.notExists(shipped)) {
            Files.copy(file, shipped);
        }
        final String text = Files.readString(shipped)
                .replaceFirst(
                        "<subsystem xmlns=\"urn:jboss:domain:resource-adapters:[0-9.]+\"/>",
                        ADAPTERS.formatted(brokerUri, TestedServer.AUTHORITY))
                .replace("scan-interval=\"5000\"", "scan-interval=\"500\"")
                // An idle thread of the work manager holds on to its last work, and so to the classes of the adapter.
                .replaceAll("<(short|long)-running-threads>", "<$1-running-threads allow-core-timeout=\"true\">")
                .replace("<keepalive-time time=\"10\"", "<keepalive-time time=\"1\"")
                .replaceFirst("<datasources>", DATABASE.formatted(standalone.resolve("data/anser")));
        Files.writeString(file, text);
        final Path deployments = standalone.resolve("deployments");
        Leftovers.delete(deployments);
        Files.createDirectories(deployments);
        Files.copy(rar, deployments.resolve("anser.rar"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(marker(home, "dodeploy"), "");
    }

    @Override
    public void undeployAdapter(final Path home) throws IOException {
        Files.delete(marker(home, "deployed"));
        await(marker(home, "undeployed"));
    }

    @Override
    public void deployAdapter(final Path home) throws IOException {
        Files.move(marker(home, "undeployed"), marker(home, "dodeploy"));
        await(marker(home, "deployed"));
    }

    /** A file by which the server's deployment scanner is asked, and by which it answers. */
    private static Path marker(final Path home, final String name) {
        return home.resolve("standalone/deployments/anser.rar." + name);
    }

    private static void await(final Path marker) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(marker));
    }

    @Override
    public int httpPort() {
        return 28080;
    }

    @Override
    public String jndi(final String object) {
        return "java:/" + (object.equals("ds") ? "jdbc/" : "jms/") + object;
    }

    @Override
    public Descriptor beanDescriptor(final Iterable<String> beans) {
        final StringBuilder text = new StringBuilder("""
                <jboss:ejb-jar xmlns:jboss="urn:jboss:jakarta" xmlns="https://jakarta.ee/xml/ns/jakartaee"
                    xmlns:r="urn:resource-adapter-binding:2.0" version="4.0"><assembly-descriptor>
                """);
        for (final String bean : beans) {
            text.append("""
                    <r:resource-adapter-binding><ejb-name>%s</ejb-name>
                    <r:resource-adapter-name>anser.rar</r:resource-adapter-name></r:resource-adapter-binding>
                    """.formatted(bean));
        }
        return new Descriptor(
                "jboss-ejb3.xml",
                text.append("</assembly-descriptor></jboss:ejb-jar>").toString());
    }

    @Override
    public Path log(final Path home) {
        return home.resolve("standalone/log/server.log");
    }
}
