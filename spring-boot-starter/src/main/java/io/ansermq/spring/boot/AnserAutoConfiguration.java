package io.ansermq.spring.boot;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.jms.JmsAutoConfiguration;
import org.springframework.boot.autoconfigure.jms.JmsPoolConnectionFactoryFactory;
import org.springframework.boot.autoconfigure.jms.JmsProperties;
import org.springframework.boot.autoconfigure.jms.JndiConnectionFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.transaction.jta.JtaAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jms.XAConnectionFactoryWrapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jms.connection.CachingConnectionFactory;

/**
 * Makes the {@link ConnectionFactory} of AnserMQ, unless the application has one.
 *
 * <p>As with the brokers that Spring Boot knows: sessions and producers are cached unless {@code spring.jms.cache.enabled}
 * is {@code false}; {@code spring.anser.pool.enabled} takes a pool instead; with a JTA transaction manager connections
 * take part in its transactions. Without a {@code spring.anser.broker-url} a broker inside the JVM is used when there is
 * one on the class path. Spring Boot's own JMS health indicator and JMS listeners work on the result.
 */
@AutoConfiguration(
        before = JmsAutoConfiguration.class,
        after = {JndiConnectionFactoryAutoConfiguration.class, JtaAutoConfiguration.class})
@ConditionalOnClass({ConnectionFactory.class, AnserConnectionFactory.class})
@ConditionalOnMissingBean(ConnectionFactory.class)
@EnableConfigurationProperties({AnserProperties.class, JmsProperties.class})
public class AnserAutoConfiguration {

    private static final String THIS_MACHINE = "anser://127.0.0.1:10911";

    @Bean
    @ConditionalOnMissingBean
    AnserConnectionDetails anserConnectionDetails(
            final AnserProperties properties, final ObjectProvider<EmbeddedBroker> embedded) {
        final EmbeddedBroker broker = embedded.getIfAvailable();
        final String given = properties.getBrokerUrl();
        return new PropertiesDetails(
                given != null ? given : broker != null ? broker.url() : THIS_MACHINE,
                properties.getUser(),
                properties.getPassword());
    }

    private record PropertiesDetails(
            String brokerUrl,
            @Nullable String user,
            @Nullable String password) implements AnserConnectionDetails {}

    /** A broker inside the JVM. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = EmbeddedBroker.CLASS_NAME)
    @ConditionalOnMissingBean(AnserConnectionDetails.class)
    @ConditionalOnProperty(
            prefix = "spring.anser.embedded",
            name = "enabled",
            havingValue = "true",
            matchIfMissing = true)
    static class EmbeddedConfiguration {

        // Only without an address; "none" is there because the condition needs a value that an address never has.
        @Bean(destroyMethod = "close")
        @ConditionalOnMissingBean
        @ConditionalOnProperty(
                prefix = "spring.anser",
                name = "broker-url",
                matchIfMissing = true,
                havingValue = "none")
        EmbeddedBroker anserEmbeddedBroker(final AnserProperties properties) throws JMSException {
            return EmbeddedBroker.start(properties);
        }
    }

    /** Connections that take part in JTA transactions, and one factory for work outside of them. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(XAConnectionFactoryWrapper.class)
    static class XaConfiguration {

        @Primary
        @Bean(name = {"jmsConnectionFactory", "xaJmsConnectionFactory"})
        ConnectionFactory jmsConnectionFactory(
                final AnserConnectionDetails details,
                final AnserProperties properties,
                final XAConnectionFactoryWrapper wrapper)
                throws Exception {
            return wrapper.wrapConnectionFactory(AnserConnectionFactories.create(details, properties));
        }

        @Bean
        ConnectionFactory nonXaJmsConnectionFactory(
                final AnserConnectionDetails details, final AnserProperties properties) {
            return AnserConnectionFactories.create(details, properties);
        }
    }

    /** The factory itself. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(XAConnectionFactoryWrapper.class)
    @ConditionalOnProperty(prefix = "spring.anser.pool", name = "enabled", havingValue = "false", matchIfMissing = true)
    @ConditionalOnProperty(prefix = "spring.jms.cache", name = "enabled", havingValue = "false")
    static class PlainConfiguration {

        @Bean
        AnserConnectionFactory jmsConnectionFactory(
                final AnserConnectionDetails details, final AnserProperties properties) {
            return AnserConnectionFactories.create(details, properties);
        }
    }

    /** One connection with cached sessions and producers. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(XAConnectionFactoryWrapper.class)
    @ConditionalOnProperty(prefix = "spring.anser.pool", name = "enabled", havingValue = "false", matchIfMissing = true)
    @ConditionalOnProperty(prefix = "spring.jms.cache", name = "enabled", havingValue = "true", matchIfMissing = true)
    static class CachingConfiguration {

        @Bean
        CachingConnectionFactory jmsConnectionFactory(
                final AnserConnectionDetails details,
                final AnserProperties properties,
                final JmsProperties jmsProperties) {
            final JmsProperties.Cache cache = jmsProperties.getCache();
            final CachingConnectionFactory factory =
                    new CachingConnectionFactory(AnserConnectionFactories.create(details, properties));
            factory.setCacheConsumers(cache.isConsumers());
            factory.setCacheProducers(cache.isProducers());
            factory.setSessionCacheSize(cache.getSessionCacheSize());
            return factory;
        }
    }

    /** A pool of connections. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(XAConnectionFactoryWrapper.class)
    @ConditionalOnClass(JmsPoolConnectionFactory.class)
    @ConditionalOnProperty(prefix = "spring.anser.pool", name = "enabled", havingValue = "true")
    static class PoolConfiguration {

        @Bean(destroyMethod = "stop")
        JmsPoolConnectionFactory jmsConnectionFactory(
                final AnserConnectionDetails details, final AnserProperties properties) {
            return new JmsPoolConnectionFactoryFactory(properties.getPool())
                    .createPooledConnectionFactory(AnserConnectionFactories.create(details, properties));
        }
    }
}
