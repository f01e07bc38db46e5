package io.ansermq.tck.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.ContainerController;

/**
 * GlassFish 8, and Payara 6, which comes of it: a domain that is configured by asadmin while it runs. Arquillian's adapter boots
 * it with the first deployment only, too late for a broker that is absent meanwhile, so it is started and stopped here.
 */
final class GlassFish implements ServerDialect {
    /** To where no system takes ports from for connections that go out. */
    private static final int PORT_OFFSET = 22_000;

    private static final int[] PORTS = {8080, 8181, 4848, 8686, 3700, 3820, 3920};

    private static final String ADAPTER = """
            create-resource-adapter-config --property ServerUrl=%1$s:DisableSameRM=true:SetupInterval=200:MaxSetupInterval=1000 anser
            deploy --name anser %2$s
            create-connector-connection-pool --raname anser --connectiondefinition jakarta.jms.ConnectionFactory \
            --transactionsupport XATransaction --steadypoolsize 0 --maxpoolsize 10 --property UserName=anser:Password=anser cf
            create-connector-resource --poolname cf jms/cf
            create-connector-connection-pool --raname anser --connectiondefinition jakarta.jms.ConnectionFactory \
            --transactionsupport XATransaction --steadypoolsize 0 --maxpoolsize 10 \
            --property UserName=anser:Password=anser:Tls=true:TrustStore=%3$s cf2
            create-connector-resource --poolname cf2 jms/cf2
            create-admin-object --raname anser --restype jakarta.jms.Queue \
            --classname io.ansermq.jms.destination.AdministeredQueue --property PhysicalName=app.out jms/out
            create-admin-object --raname anser --restype jakarta.jms.Queue \
            --classname io.ansermq.jms.destination.AdministeredQueue --property PhysicalName=mdb.lookup jms/looked
            """;

    private static final String DATABASE = """
            create-jdbc-connection-pool --restype javax.sql.XADataSource \
            --datasourceclassname org.h2.jdbcx.JdbcDataSource --steadypoolsize 0 --property URL=%s:user=sa:password=sa ds
            create-jdbc-resource --connectionpoolid ds jdbc/ds
            set configs.config.server-config.transaction-service.automatic-recovery=true
            """;

    private final String name;

    GlassFish(final String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void prepare(final Path home, final Path rar, final String brokerUri) throws IOException {
        final Path domain = domain(home);
        for (final String left : new String[] {"applications", "generated", "logs", "osgi-cache", "data"}) {
            Leftovers.delete(domain.resolve(left));
        }
        final Path file = domain.resolve("config/domain.xml");
        final Path shipped = domain.resolve("config/domain.xml.shipped");
        if (Files.notExists(shipped)) {
            Files.copy(file, shipped);
        }
        Files.writeString(file, onLoopback(Files.readString(shipped)));
        Files.copy(
                Path.of(System.getProperty("anser.server.h2")),
                domain.resolve("lib/h2.jar"),
                StandardCopyOption.REPLACE_EXISTING);
        final Path database = domain.resolve("config/database.asadmin");
        Files.writeString(database, DATABASE.formatted(escaped("jdbc:h2:file:" + domain.resolve("data/anser"))));
        Files.writeString(adapter(home), ADAPTER.formatted(escaped(brokerUri), rar, TestedServer.AUTHORITY));
        asadmin(home, "start-domain", "domain1");
        asadmin(home, "multimode", "--file", database.toString());
        deployAdapter(home);
        asadmin(home, "stop-domain", "domain1");
    }

    private static Path adapter(final Path home) {
        return domain(home).resolve("config/adapter.asadmin");
    }

    @Override
    public void undeployAdapter(final Path home) throws IOException {
        asadmin(home, "undeploy", "--cascade=true", "anser");
    }

    @Override
    public void deployAdapter(final Path home) throws IOException {
        asadmin(home, "multimode", "--file", adapter(home).toString());
    }

    /** What it caches of classes (HK2's ClassReflectionHelper) keeps them. */
    @Override
    public boolean letsGoOfAdapters() {
        return false;
    }

    /** The server's own message broker would listen on all networks. */
    private static final String NO_BROKER = """
            <jms-service type="REMOTE" default-jms-host="none"><jms-host name="none" host="127.0.0.1" port="29676"/></jms-service>
            <transaction-service\s""";

    /** With ports of its own, and no door to other machines. */
    private static String onLoopback(final String shipped) {
        String text = shipped.replace("address=\"0.0.0.0\"", "address=\"127.0.0.1\"")
                .replace("<network-listener port", "<network-listener address=\"127.0.0.1\" port")
                // Payara looks for its like on all networks.
                .replace(
                        "<hazelcast-config-specific-configuration></",
                        "<hazelcast-config-specific-configuration enabled=\"false\"></")
                .replaceFirst("<transaction-service ", NO_BROKER);
        for (final int port : PORTS) {
            text = text.replace("port=\"" + port + '"', "port=\"" + (port + PORT_OFFSET) + '"');
        }
        return text;
    }

    /** Colons are between properties of asadmin, and a backslash in a file of commands must be two. */
    private static String escaped(final String value) {
        return value.replace(":", "\\\\:");
    }

    private static Path domain(final Path home) {
        return home.resolve("glassfish/domains/domain1");
    }

    private void asadmin(final Path home, final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                home.resolve("bin/asadmin").toString(),
                "--interactive=false",
                "--port",
                String.valueOf(4848 + PORT_OFFSET)));
        command.addAll(List.of(arguments));
        final Path output = home.resolve("asadmin.log");
        final ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().put("AS_JAVA", System.getProperty("java.home"));
        builder.environment().put("AS_START_TIMEOUT", String.valueOf(TimeUnit.MINUTES.toMillis(5)));
        final Process process = builder.start();
        try {
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroy();
                throw new IOException(String.join(" ", arguments) + " failed, see " + output);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void start(final ContainerController container) throws IOException {
        asadmin(TestedServer.HOME, "start-domain", "domain1");
        container.start(SERVER);
    }

    /** What is deployed comes up with the domain. */
    @Override
    public void startAfterCrash(final ContainerController container) throws IOException {
        asadmin(TestedServer.HOME, "start-domain", "domain1");
    }

    @Override
    public void stop(final ContainerController container) throws IOException {
        // Else it would undeploy from a server that has gone.
        container.stop(SERVER);
        asadmin(TestedServer.HOME, "stop-domain", "domain1");
    }

    @Override
    public int httpPort() {
        return 8080 + PORT_OFFSET;
    }

    @Override
    public String jndi(final String object) {
        return (object.equals("ds") ? "jdbc/" : "jms/") + object;
    }

    @Override
    public Descriptor beanDescriptor(final Iterable<String> beans) {
        final StringBuilder text = new StringBuilder("<glassfish-ejb-jar><enterprise-beans>");
        for (final String bean : beans) {
            text.append("""
                    <ejb><ejb-name>%s</ejb-name><mdb-resource-adapter>
                    <resource-adapter-mid>anser</resource-adapter-mid></mdb-resource-adapter></ejb>
                    """.formatted(bean));
        }
        return new Descriptor(
                "glassfish-ejb-jar.xml",
                text.append("</enterprise-beans></glassfish-ejb-jar>").toString());
    }

    @Override
    public Path log(final Path home) {
        return domain(home).resolve("logs/server.log");
    }
}
