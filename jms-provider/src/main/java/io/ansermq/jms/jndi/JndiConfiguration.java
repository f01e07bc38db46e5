package io.ansermq.jms.jndi;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.jms.config.ConnectionUri;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.jms.destination.AnserQueue;
import io.ansermq.jms.destination.AnserTopic;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/** Reads an environment as {@link AnserInitialContextFactory} describes it. For one use. */
final class JndiConfiguration {
    private static final String FILE_SCHEME = "file:";
    private static final String NAMES_KEY = "connectionFactoryNames";
    private static final List<String> FACTORY_PREFIXES = List.of("connectionFactory.", "connectionfactory.");
    private static final List<String> OPTION_PREFIXES =
            List.of("connection.", "property.connectionfactory.", "property.connectionFactory.");
    private static final String QUEUE_PREFIX = "queue.";
    private static final String TOPIC_PREFIX = "topic.";
    private static final List<String> ALWAYS_BOUND =
            List.of("ConnectionFactory", "QueueConnectionFactory", "TopicConnectionFactory", "XAConnectionFactory");

    private final Hashtable<?, ?> environment;

    /** All keys that are texts, with their values as written. */
    private final Map<String, String> texts = new TreeMap<>();

    private final Map<String, AnserConnectionFactory> factories = new TreeMap<>();
    private final Map<String, Object> bindings = new TreeMap<>();

    JndiConfiguration(final Hashtable<?, ?> environment) throws NamingException {
        this.environment = environment;
        final Map<String, String> given = textsOf(environment);
        final String url = given.get(Context.PROVIDER_URL);
        if (url != null && url.startsWith(FILE_SCHEME)) {
            texts.putAll(textsOf(load(url)));
            given.remove(Context.PROVIDER_URL);
        }
        // What the program says itself counts.
        texts.putAll(given);
    }

    private static Map<String, String> textsOf(final Hashtable<?, ?> table) {
        final Map<String, String> found = new TreeMap<>();
        table.forEach((key, value) -> {
            if (key instanceof String name && value instanceof String text) {
                found.put(name, text);
            }
        });
        return found;
    }

    private static Properties load(final String url) throws ConfigurationException {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path(url))) {
            properties.load(reader);
            return properties;
        } catch (IOException | InvalidPathException e) {
            throw wrong(Context.PROVIDER_URL, "'" + url + "' cannot be read (" + e + ")", e);
        }
    }

    /** {@code file:/x}, {@code file:///x} and, as people write it, {@code file:x}. */
    private static Path path(final String url) {
        try {
            return Path.of(URI.create(url));
        } catch (IllegalArgumentException e) {
            return Path.of(url.substring(FILE_SCHEME.length()));
        }
    }

    AnserContext toContext() throws NamingException {
        makeFactories();
        setOptions();
        bindings.putAll(factories);
        makeDestinations(QUEUE_PREFIX, AnserQueue::new);
        makeDestinations(TOPIC_PREFIX, AnserTopic::new);
        return AnserContext.root(bindings, environment);
    }

    // ---- Factories

    private void makeFactories() throws ConfigurationException {
        final String url = valueOr(Context.PROVIDER_URL, ConnectionUri.DEFAULT);
        for (final String name : ALWAYS_BOUND) {
            factories.put(name, factory(Context.PROVIDER_URL, url));
        }
        for (final String name : valueOr(NAMES_KEY, "").split(",", -1)) {
            if (!name.isBlank()) {
                factories.put(name.strip(), factory(Context.PROVIDER_URL, url));
            }
        }
        for (final String key : texts.keySet()) {
            final String name = withoutPrefix(key, FACTORY_PREFIXES);
            if (name != null) {
                final String own = value(key).strip();
                factories.put(name, factory(key, own.isEmpty() ? url : own));
            }
        }
    }

    private AnserConnectionFactory factory(final String key, final String url) throws ConfigurationException {
        try {
            final AnserConnectionFactory factory = new AnserConnectionFactory(url);
            final String user = texts.get(Context.SECURITY_PRINCIPAL);
            if (user != null && factory.getUserName() == null) {
                factory.setUserName(user);
                factory.setPassword(texts.get(Context.SECURITY_CREDENTIALS));
            }
            return factory;
        } catch (IllegalArgumentException e) {
            throw wrong(key, e.getMessage(), e);
        }
    }

    private void setOptions() throws ConfigurationException {
        for (final String key : texts.keySet()) {
            final String rest = withoutPrefix(key, OPTION_PREFIXES);
            if (rest != null) {
                setOption(key, rest);
            }
        }
    }

    /** Names of factories and of options may both have dots, so the longest name of a factory it is. */
    private void setOption(final String key, final String rest) throws ConfigurationException {
        String found = null;
        for (final String name : factories.keySet()) {
            if (rest.startsWith(name + ".") && (found == null || name.length() > found.length())) {
                found = name;
            }
        }
        final AnserConnectionFactory factory = found == null ? null : factories.get(found);
        if (found == null || factory == null) {
            throw wrong(key, "there is no connection factory of this name, only " + factories.keySet(), null);
        }
        try {
            factory.setOption(rest.substring(found.length() + 1), value(key));
        } catch (IllegalArgumentException e) {
            throw wrong(key, e.getMessage(), e);
        }
    }

    // ---- Destinations

    private void makeDestinations(final String prefix, final Function<String, AnserDestination> maker)
            throws ConfigurationException {
        for (final String key : texts.keySet()) {
            final String name = withoutPrefix(key, List.of(prefix));
            if (name != null) {
                try {
                    bindings.put(name, maker.apply(value(key).strip()));
                } catch (IllegalArgumentException e) {
                    throw wrong(key, e.getMessage(), e);
                }
            }
        }
    }

    // ---- Texts

    private static @Nullable String withoutPrefix(final String key, final List<String> prefixes) {
        for (final String prefix : prefixes) {
            if (key.startsWith(prefix) && key.length() > prefix.length()) {
                return key.substring(prefix.length());
            }
        }
        return null;
    }

    private String valueOr(final String key, final String fallback) throws ConfigurationException {
        return texts.containsKey(key) ? value(key).strip() : fallback;
    }

    /** With system properties in the place of their names. */
    private String value(final String key) throws ConfigurationException {
        final String text = texts.getOrDefault(key, "");
        final StringBuilder expanded = new StringBuilder();
        int from = 0;
        for (int open = text.indexOf("${"); open >= 0; open = text.indexOf("${", from)) {
            final int close = text.indexOf('}', open);
            if (close < 0) {
                throw wrong(key, "'" + text + "' has a ${ without its }", null);
            }
            final String name = text.substring(open + 2, close);
            final String value = name.isEmpty() ? null : System.getProperty(name);
            if (value == null) {
                throw wrong(key, "there is no system property '" + name + "'", null);
            }
            expanded.append(text, from, open).append(value);
            from = close + 1;
        }
        return expanded.append(text, from, text.length()).toString();
    }

    private static ConfigurationException wrong(
            final String key, final @Nullable String what, final @Nullable Exception cause) {
        final ConfigurationException exception = new ConfigurationException(key + ": " + what);
        exception.initCause(cause);
        return exception;
    }
}
