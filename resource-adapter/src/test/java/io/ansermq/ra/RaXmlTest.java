package io.ansermq.ra;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Rules 14 and 17 of an adapter: its descriptor and its beans say the same. */
class RaXmlTest {
    private static final Set<Class<?>> TYPES =
            Set.of(String.class, Integer.class, Long.class, Boolean.class, Double.class);

    private final Element connector = read();

    private static Element read() {
        try (var in = RaXmlTest.class.getResourceAsStream("/META-INF/ra.xml")) {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(in)
                    .getDocumentElement();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Element[] elements(final Element in, final String name) {
        final NodeList found = in.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toArray(Element[]::new);
    }

    private static String text(final Element in, final String name) {
        return elements(in, name)[0].getTextContent().strip();
    }

    /** Names as beans have them, and types. */
    private static Map<String, String> described(final Element in) {
        final Map<String, String> properties = new TreeMap<>();
        for (final Element each : elements(in, "config-property")) {
            if (each.getParentNode() == in) {
                final String before = properties.put(
                        decapitalized(text(each, "config-property-name")), text(each, "config-property-type"));
                assertThat(before)
                        .as("described twice: " + text(each, "config-property-name"))
                        .isNull();
            }
        }
        return properties;
    }

    private static String decapitalized(final String name) {
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    private static Map<String, String> ofBean(final String className) throws Exception {
        final Map<String, String> properties = new TreeMap<>();
        for (final PropertyDescriptor each :
                Introspector.getBeanInfo(Class.forName(className)).getPropertyDescriptors()) {
            if (each.getWriteMethod() != null && TYPES.contains(each.getPropertyType())) {
                assertThat(each.getReadMethod()).as(each.getName()).isNotNull();
                properties.put(
                        decapitalized(each.getName()), each.getPropertyType().getName());
            }
        }
        return properties;
    }

    private static void agrees(final Element in, final String classElement) throws Exception {
        assertThat(described(in)).isNotEmpty().isEqualTo(ofBean(text(in, classElement)));
    }

    @Test
    void shouldDescribeEveryPropertyOfEveryBeanWithItsType() throws Exception {
        agrees(elements(connector, "resourceadapter")[0], "resourceadapter-class");
        for (final Element each : elements(connector, "connection-definition")) {
            agrees(each, "managedconnectionfactory-class");
        }
        agrees(elements(connector, "activationspec")[0], "activationspec-class");
        for (final Element each : elements(connector, "adminobject")) {
            agrees(each, "adminobject-class");
        }
    }

    @Test
    void shouldNameClassesThatAreWhatTheyAreSaidToBe() throws Exception {
        final Element[] definitions = elements(connector, "connection-definition");
        assertThat(definitions).hasSize(3);
        for (final Element each : definitions) {
            implementsInterface(each, "connectionfactory-impl-class", "connectionfactory-interface");
            implementsInterface(each, "connection-impl-class", "connection-interface");
        }
        assertThat(Arrays.stream(definitions).map(each -> text(each, "managedconnectionfactory-class")))
                .doesNotHaveDuplicates();
        final Element[] objects = elements(connector, "adminobject");
        assertThat(Arrays.stream(objects).map(each -> text(each, "adminobject-interface")))
                .containsExactly(Queue.class.getName(), Topic.class.getName());
        for (final Element each : objects) {
            implementsInterface(each, "adminobject-class", "adminobject-interface");
        }
    }

    private static void implementsInterface(final Element in, final String type, final String expected)
            throws Exception {
        assertThat(Class.forName(text(in, type))).isAssignableTo(Class.forName(text(in, expected)));
    }

    @Test
    void shouldHidePasswordsAndPromiseNoReauthentication() {
        for (final Element each : elements(connector, "config-property")) {
            final boolean secret =
                    text(each, "config-property-name").toLowerCase(Locale.ROOT).contains("password");
            assertThat(elements(each, "config-property-confidential").length > 0)
                    .isEqualTo(secret);
        }
        assertThat(connector.getAttribute("version")).isEqualTo("2.1");
        assertThat(connector.getAttribute("metadata-complete")).isEqualTo("true");
        assertThat(text(connector, "transaction-support")).isEqualTo("XATransaction");
        assertThat(text(connector, "reauthentication-support")).isEqualTo("false");
    }

    /** Defaults in the descriptor would hide that a configuration was lost. */
    @Test
    void shouldHaveNoDefaultAddressOrUser() {
        assertThat(elements(connector, "config-property-value")).isEmpty();
    }
}
