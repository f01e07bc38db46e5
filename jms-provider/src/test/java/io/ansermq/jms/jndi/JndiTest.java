package io.ansermq.jms.jndi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.jms.destination.AnserQueue;
import io.ansermq.jms.destination.AnserTopic;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Hashtable;
import javax.naming.Binding;
import javax.naming.CompositeName;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameClassPair;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.NotContextException;
import javax.naming.OperationNotSupportedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("BanJNDI") // it is what is tested
class JndiTest {

    /** A context of keys and values, in turn. */
    private static Context context(final String... entries) throws NamingException {
        final Hashtable<String, Object> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, AnserInitialContextFactory.class.getName());
        for (int i = 0; i < entries.length; i += 2) {
            environment.put(entries[i], entries[i + 1]);
        }
        return new InitialContext(environment);
    }

    private static AnserConnectionFactory factory(final Context context, final String name) throws NamingException {
        return (AnserConnectionFactory) context.lookup(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ConnectionFactory", "QueueConnectionFactory", "TopicConnectionFactory", "XAConnectionFactory"})
    void shouldAlwaysHaveFactoriesForTheProviderUrl(final String name) throws NamingException {
        assertThat(factory(context(), name).getBrokerURL()).isEqualTo("anser://127.0.0.1:10911");
        assertThat(factory(context(Context.PROVIDER_URL, "anser://far:1"), name).getBrokerURL())
                .isEqualTo("anser://far:1");
        assertThat(context().lookup(name))
                .isInstanceOf(ConnectionFactory.class)
                .isInstanceOf(QueueConnectionFactory.class)
                .isInstanceOf(TopicConnectionFactory.class)
                .isInstanceOf(XAConnectionFactory.class);
    }

    @Test
    void shouldReadFactoriesFromEitherSpelling() throws NamingException {
        final Context context = context(
                Context.PROVIDER_URL,
                "anser://default:1",
                "connectionFactory.Mine",
                "anser://mine:2?clientID=me",
                "connectionfactory.jms/Yours",
                " vm://yours ",
                "connectionFactory.Ours",
                "",
                "connectionFactory.ConnectionFactory",
                "anser://other:3",
                "connectionFactoryNames",
                "First, Second ,");

        assertThat(factory(context, "Mine").getBrokerURL()).isEqualTo("anser://mine:2?clientID=me");
        assertThat(factory(context, "Mine").getClientID()).isEqualTo("me");
        assertThat(factory(context, "jms/Yours").getBrokerURL()).isEqualTo("vm://yours");
        assertThat(factory(context, "Ours").getBrokerURL()).isEqualTo("anser://default:1");
        assertThat(factory(context, "First").getBrokerURL()).isEqualTo("anser://default:1");
        assertThat(factory(context, "Second").getBrokerURL()).isEqualTo("anser://default:1");
        assertThat(factory(context, "ConnectionFactory").getBrokerURL()).isEqualTo("anser://other:3");
    }

    @Test
    void shouldSetOptionsOfFactories() throws NamingException {
        final Context context = context(
                "connectionFactory.a", "anser://h?prefetch=1",
                "connectionFactory.a.b", "anser://h",
                "connection.a.prefetch", "7",
                "connection.a.b.jms.prefetchPolicy.queuePrefetch", "8",
                "property.connectionfactory.a.userName", "ann",
                "connection.ConnectionFactory.sendTimeout", "5s");

        assertThat(factory(context, "a").getPrefetch()).isEqualTo(7);
        assertThat(factory(context, "a").getUserName()).isEqualTo("ann");
        assertThat(factory(context, "a.b").getQueuePrefetch()).isEqualTo(8);
        assertThat(factory(context, "ConnectionFactory").getSendTimeout()).isEqualTo(5_000);
    }

    @Test
    void shouldReadDestinations() throws NamingException {
        final Context context = context("queue.jms/Orders", "orders.in", "topic.Prices", " prices ");

        assertThat(context.lookup("jms/Orders")).isEqualTo(new AnserQueue("orders.in"));
        assertThat(context.lookup(new CompositeName("Prices"))).isEqualTo(new AnserTopic("prices"));
        assertThat(context.lookupLink("Prices")).isEqualTo(new AnserTopic("prices"));
    }

    @Test
    void shouldMakeDestinationsThatNobodyHasNamed() throws NamingException {
        assertThat(context().lookup("dynamicQueues/orders")).isEqualTo(new AnserQueue("orders"));
        assertThat(context().lookup("dynamicTopics/a/b")).isEqualTo(new AnserTopic("a/b"));
        final Context topics = (Context) context().lookup("dynamicTopics");
        assertThat(topics.lookup("prices")).isEqualTo(new AnserTopic("prices"));
    }

    @Test
    void shouldHaveSubContexts() throws NamingException {
        final Context context = context("queue.jms/app/Orders", "orders", "queue.jms/Other", "other");
        final Context jms = (Context) context.lookup("jms");

        assertThat(jms.lookup("app/Orders")).isEqualTo(new AnserQueue("orders"));
        assertThat(jms.getNameInNamespace()).isEqualTo("jms");
        assertThat(((Context) jms.lookup("app")).getNameInNamespace()).isEqualTo("jms/app");
        assertThat(jms.lookup("")).isSameAs(jms);
        assertThat(Collections.list(jms.list("")))
                .extracting(NameClassPair::getName)
                .containsExactly("Other", "app");
        assertThat(Collections.list(context.listBindings("jms")))
                .extracting(Binding::getName)
                .containsExactly("Other", "app");
        assertThat(Collections.list(context.list("")))
                .extracting(NameClassPair::getName)
                .contains("jms");
        assertThat(jms.composeName("Other", "jms")).isEqualTo("jms/Other");
        assertThat(jms.getNameParser("").parse("a/b").size()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "jms/nothing", "jms/Orders/beneath", "ConnectionFactory/beneath"})
    void shouldSayWhenANameIsNotBound(final String name) throws NamingException {
        final Context context = context("queue.jms/Orders", "orders");

        assertThatThrownBy(() -> context.lookup(name)).isInstanceOf(NameNotFoundException.class);
        assertThatThrownBy(() -> context.list("jms/Orders")).isInstanceOf(NotContextException.class);
    }

    @Test
    void shouldPutSystemPropertiesIntoValues() throws NamingException {
        System.setProperty("JndiTest.host", "far");
        System.setProperty("JndiTest.name", "n");
        try {
            final Context context = context(
                    Context.PROVIDER_URL,
                    "anser://${JndiTest.host}:1",
                    "connectionFactory.x",
                    "anser://${JndiTest.host}?clientID=${JndiTest.name}-${JndiTest.name}!",
                    "queue.y",
                    "${JndiTest.name}");

            assertThat(factory(context, "ConnectionFactory").getBrokerURL()).isEqualTo("anser://far:1");
            assertThat(factory(context, "x").getClientID()).isEqualTo("n-n!");
            assertThat(context.lookup("y")).isEqualTo(new AnserQueue("n"));
        } finally {
            System.clearProperty("JndiTest.host");
            System.clearProperty("JndiTest.name");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connectionFactory.x|tcp://h:1|connectionFactory.x",
                "connectionFactory.x|anser://h:1?prefech=1|prefech",
                "java.naming.provider.url|nonsense|java.naming.provider.url",
                "java.naming.provider.url|file:/no/such/file|/no/such/file",
                "connection.Nobody.prefetch|1|connection.Nobody.prefetch",
                "connection.ConnectionFactory.prefech|1|prefech",
                "connection.ConnectionFactory.prefetch|many|prefetch",
                "queue.x|''|queue.x",
                "queue.x|${no.such.property}|no.such.property",
                "queue.x|${open|queue.x",
            })
    void shouldNameWhatItCannotUnderstand(final String key, final String value, final String named) {
        assertThatThrownBy(() -> context(key, value))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(named);
    }

    @Test
    void shouldReadAFile(@TempDir final Path directory) throws NamingException, IOException {
        final Path file = directory.resolve("my.properties");
        Files.writeString(file, """
                java.naming.provider.url = anser://from-file:1
                queue.Orders = orders
                queue.Both = file
                """);
        for (final String url : new String[] {file.toUri().toString(), "file:" + file}) {
            final Context context = context(Context.PROVIDER_URL, url, "queue.Both", "environment");

            assertThat(factory(context, "ConnectionFactory").getBrokerURL()).isEqualTo("anser://from-file:1");
            assertThat(context.lookup("Orders")).isEqualTo(new AnserQueue("orders"));
            assertThat(context.lookup("Both")).isEqualTo(new AnserQueue("environment"));
        }
    }

    @Test
    void shouldGiveTheEnvironmentsUserToFactoriesThatNameNone() throws NamingException {
        final Context context = context(
                Context.SECURITY_PRINCIPAL,
                "ann",
                Context.SECURITY_CREDENTIALS,
                "secret",
                "connectionFactory.other",
                "anser://h?userName=bob");

        assertThat(factory(context, "ConnectionFactory").getUserName()).isEqualTo("ann");
        assertThat(factory(context, "ConnectionFactory").getPassword()).isEqualTo("secret");
        assertThat(factory(context, "other").getUserName()).isEqualTo("bob");
        assertThat(factory(context, "other").getPassword()).isNull();
    }

    @Test
    void shouldBeReadOnly() throws NamingException {
        final Context context = context();

        assertThatThrownBy(() -> context.bind("x", 1)).isInstanceOf(OperationNotSupportedException.class);
        assertThatThrownBy(() -> context.rebind("x", 1)).isInstanceOf(OperationNotSupportedException.class);
        assertThatThrownBy(() -> context.unbind("x")).isInstanceOf(OperationNotSupportedException.class);
        assertThatThrownBy(() -> context.rename("x", "y")).isInstanceOf(OperationNotSupportedException.class);
        assertThatThrownBy(() -> context.createSubcontext("x")).isInstanceOf(OperationNotSupportedException.class);
        assertThatThrownBy(() -> context.destroySubcontext("x")).isInstanceOf(OperationNotSupportedException.class);
        context.addToEnvironment("x", "1");
        assertThat(context.getEnvironment().get("x")).isEqualTo("1");
        assertThat(context.removeFromEnvironment("x")).isEqualTo("1");
        context.close();
    }
}
