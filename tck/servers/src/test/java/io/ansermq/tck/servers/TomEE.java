package io.ansermq.tck.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** TomEE 9: the adapter's classes among the server's, and one tomee.xml. */
final class TomEE implements ServerDialect {
    private static final String TOMEE_XML = """
            <tomee>
              <Resource id="anser" type="jakarta.resource.spi.ResourceAdapter" class-name="io.ansermq.ra.AnserResourceAdapter">
                ServerUrl = %1$s
                SetupInterval = 200
                MaxSetupInterval = 1000
              </Resource>
              <Resource id="jms/cf" type="jakarta.jms.ConnectionFactory" class-name="io.ansermq.ra.AnserManagedConnectionFactory">
                ResourceAdapter = anser
                TransactionSupport = xa
                PoolMaxSize = 10
                UserName = anser
                Password = anser
              </Resource>
              <Resource id="jms/cf2" type="jakarta.jms.ConnectionFactory" class-name="io.ansermq.ra.AnserManagedConnectionFactory">
                ResourceAdapter = anser
                TransactionSupport = xa
                PoolMaxSize = 10
                UserName = anser
                Password = anser
                Tls = true
                TrustStore = %3$s
              </Resource>
              <Resource id="jms/out" type="jakarta.jms.Queue" class-name="io.ansermq.jms.destination.AdministeredQueue">
                PhysicalName = app.out
              </Resource>
              <Resource id="mdb.lookup" type="jakarta.jms.Queue" class-name="io.ansermq.jms.destination.AdministeredQueue">
                PhysicalName = mdb.lookup
              </Resource>
              <Container id="beans" type="MESSAGE">
                ResourceAdapter = anser
                MessageListenerInterface = jakarta.jms.MessageListener
                ActivationSpecClass = io.ansermq.ra.AnserActivationSpec
                InstanceLimit = 15
              </Container>
              <Resource id="database" type="javax.sql.XADataSource" class-name="org.h2.jdbcx.JdbcDataSource">
                URL = jdbc:h2:file:%2$s
                User = sa
                Password = sa
              </Resource>
              <Resource id="jdbc/ds" type="javax.sql.DataSource">
                XaDataSource = database
                DataSourceCreator = dbcp
                JtaManaged = true
              </Resource>
            </tomee>
            """;

    @Override
    public String name() {
        return "tomee";
    }

    @Override
    public void prepare(final Path home, final Path rar, final String brokerUri) throws IOException {
        for (final String left : new String[] {"apps", "logs", "temp", "work", "data"}) {
            Leftovers.delete(home.resolve(left));
        }
        Files.createDirectories(home.resolve("temp"));
        Files.createDirectories(home.resolve("logs"));
        unpack(rar, home.resolve("lib"));
        Files.copy(
                Path.of(System.getProperty("anser.server.h2")),
                home.resolve("lib/h2.jar"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(
                home.resolve("conf/tomee.xml"),
                TOMEE_XML.formatted(brokerUri, home.resolve("data/anser"), TestedServer.AUTHORITY));
        final Path file = home.resolve("conf/server.xml");
        final Path shipped = home.resolve("conf/server.xml.shipped");
        if (Files.notExists(shipped)) {
            Files.copy(file, shipped);
        }
        Files.writeString(
                file,
                Files.readString(shipped)
                        .replace("<Server port=\"8005\"", "<Server address=\"127.0.0.1\" port=\"31005\"")
                        .replace(
                                "<Connector port=\"8080\"",
                                "<Connector address=\"127.0.0.1\" port=\"" + httpPort() + '"'));
    }

    private static void unpack(final Path rar, final Path to) throws IOException {
        try (InputStream in = Files.newInputStream(rar);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry each = zip.getNextEntry(); each != null; each = zip.getNextEntry()) {
                if (each.getName().endsWith(".jar")) {
                    Files.copy(zip, to.resolve(each.getName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    @Override
    public int httpPort() {
        return 31080;
    }

    @Override
    public String jndi(final String object) {
        return "openejb:Resource/"
                + switch (object) {
                    case "ds" -> "jdbc/ds";
                    // What the adapter gets of it is the name.
                    case "looked" -> "mdb.lookup";
                    default -> "jms/" + object;
                };
    }

    /** There is one container for all of them. */
    @Override
    public Descriptor beanDescriptor(final Iterable<String> beans) {
        return null;
    }

    @Override
    public Path log(final Path home) {
        return home.resolve("logs/catalina." + LocalDate.now(ZoneId.systemDefault()) + ".log");
    }
}
