package io.ansermq.tck.servers;

import io.ansermq.tck.servers.app.Definitions;
import io.ansermq.tck.servers.app.DefinitionsServlet;
import io.ansermq.tck.servers.app.Receiver;
import io.ansermq.tck.servers.app.Scenarios;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The archives that are deployed; activation properties are parameters of generated descriptors. */
final class Application {
    private static final String QUEUE = "jakarta.jms.Queue";
    private static final String TOPIC = "jakarta.jms.Topic";

    private Application() {}

    /** The beans, by name, with their activation properties. */
    private static Map<String, Map<String, String>> receivers(final ServerDialect server) {
        final Map<String, Map<String, String>> beans = new LinkedHashMap<>();
        beans.put(
                "InReceiver",
                Map.of(
                        "destination",
                        "mdb.in",
                        "destinationType",
                        QUEUE,
                        "maxSession",
                        "4",
                        "acknowledgeMode",
                        "Auto-acknowledge"));
        beans.put("LookupReceiver", Map.of("destinationLookup", server.jndi("looked"), "destinationType", QUEUE));
        beans.put(
                "DurableReceiver",
                Map.of(
                        "destination", "mdb.durable",
                        "destinationType", TOPIC,
                        "subscriptionDurability", "Durable",
                        "subscriptionName", "durable",
                        "clientId", "application"));
        beans.put(
                "SharedReceiver",
                Map.of(
                        "destination", "mdb.shared",
                        "destinationType", TOPIC,
                        "shareSubscriptions", "true",
                        "subscriptionName", "shared"));
        return beans;
    }

    static WebArchive main(final ServerDialect server) {
        final Map<String, Map<String, String>> receivers = receivers(server);
        final WebArchive archive = ShrinkWrap.create(WebArchive.class, "app.war")
                .addPackage(Scenarios.class.getPackage())
                .deleteClasses(Definitions.class, DefinitionsServlet.class)
                .addAsWebInfResource(new StringAsset("<beans bean-discovery-mode=\"all\"/>"), "beans.xml")
                .setWebXML(new StringAsset(webXml(server)))
                .addAsWebInfResource(new StringAsset(ejbJar(receivers)), "ejb-jar.xml");
        final ServerDialect.Descriptor own = server.beanDescriptor(receivers.keySet());
        if (own != null) {
            archive.addAsWebInfResource(new StringAsset(own.text()), own.name());
        }
        return archive;
    }

    static WebArchive definitions() {
        return ShrinkWrap.create(WebArchive.class, "definitions.war")
                .addClasses(Definitions.class, DefinitionsServlet.class)
                // WildFly makes the objects with the application's class loader, which must see the adapter.
                .addAsManifestResource(
                        new StringAsset("Manifest-Version: 1.0\nDependencies: deployment.anser.rar\n"), "MANIFEST.MF");
    }

    private static String webXml(final ServerDialect server) {
        final StringBuilder text =
                new StringBuilder("<web-app xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"6.0\">");
        reference(text, server, "jms/cf", "jakarta.jms.ConnectionFactory", "cf");
        reference(text, server, "jms/cf2", "jakarta.jms.ConnectionFactory", "cf2");
        reference(text, server, "jdbc/ds", "javax.sql.DataSource", "ds");
        text.append("<resource-env-ref><resource-env-ref-name>jms/out</resource-env-ref-name>")
                .append("<resource-env-ref-type>jakarta.jms.Queue</resource-env-ref-type>")
                .append("<lookup-name>" + server.jndi("out") + "</lookup-name></resource-env-ref>");
        return text.append("</web-app>").toString();
    }

    private static void reference(
            final StringBuilder text,
            final ServerDialect server,
            final String name,
            final String type,
            final String object) {
        text.append("<resource-ref><res-ref-name>" + name + "</res-ref-name><res-type>" + type + "</res-type>")
                .append("<res-auth>Container</res-auth><lookup-name>" + server.jndi(object))
                .append("</lookup-name></resource-ref>");
    }

    private static String ejbJar(final Map<String, Map<String, String>> receivers) {
        final StringBuilder text = new StringBuilder(
                "<ejb-jar xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"4.0\"><enterprise-beans>");
        receivers.forEach((bean, properties) -> {
            text.append("<message-driven><ejb-name>" + bean + "</ejb-name><ejb-class>" + Receiver.class.getName())
                    .append("</ejb-class><messaging-type>jakarta.jms.MessageListener</messaging-type>")
                    .append("<transaction-type>Container</transaction-type><activation-config>");
            properties.forEach(
                    (name, value) -> text.append("<activation-config-property><activation-config-property-name>")
                            .append(name)
                            .append("</activation-config-property-name><activation-config-property-value>")
                            .append(value)
                            .append("</activation-config-property-value></activation-config-property>"));
            text.append("</activation-config></message-driven>");
        });
        return text.append("</enterprise-beans></ejb-jar>").toString();
    }
}
