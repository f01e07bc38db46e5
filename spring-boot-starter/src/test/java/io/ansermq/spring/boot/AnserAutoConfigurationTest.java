package io.ansermq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.boot.actuate.autoconfigure.health.HealthContributorAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.jms.JmsHealthContributorAutoConfiguration;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.actuate.jms.JmsHealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jms.JmsAutoConfiguration;
import org.springframework.boot.jms.XAConnectionFactoryWrapper;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;

/** What an application gets that has the starter on its class path. */
class AnserAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AnserAutoConfiguration.class, JmsAutoConfiguration.class));

    @TempDir
    Path directory;

    @Test
    void shouldSendAndListenWithoutAnyConfiguration() {
        runner.withUserConfiguration(Listening.class).run(context -> {
            assertThat(context).hasSingleBean(EmbeddedBroker.class);
            context.getBean(JmsTemplate.class).convertAndSend("orders", "one goose");
            assertThat(context.getBean(Listening.class).received.poll(30, TimeUnit.SECONDS))
                    .isEqualTo("one goose");
        });
    }

    @Test
    void shouldConnectWhereTheAddressSaysAndStartNoBroker() {
        runner.withPropertyValues(
                        "spring.anser.broker-url=anser://broker:1234?sendTimeout=7000",
                        "spring.anser.user=smith",
                        "spring.anser.password=secret",
                        "spring.anser.packages.trusted=com.example,org.example.Order",
                        "spring.jms.cache.enabled=false")
                .run(context -> {
                    assertThat(context).doesNotHaveBean(EmbeddedBroker.class);
                    final AnserConnectionFactory factory = context.getBean(AnserConnectionFactory.class);
                    assertThat(factory.getBrokerURL()).contains("broker:1234");
                    assertThat(factory.getSendTimeout()).isEqualTo(7000);
                    assertThat(factory.getUserName()).isEqualTo("smith");
                    assertThat(factory.getPassword()).isEqualTo("secret");
                    assertThat(factory.getDeserializationAllowList()).isEqualTo("com.example,org.example.Order");
                });
    }

    @Test
    void shouldConnectToThisMachineWhenThereIsNoBrokerOnTheClassPath() {
        runner.withClassLoader(new FilteredClassLoader("io.ansermq.broker"))
                .withPropertyValues("spring.jms.cache.enabled=false")
                .run(context -> assertThat(
                                context.getBean(AnserConnectionFactory.class).getBrokerURL())
                        .contains("127.0.0.1:10911"));
    }

    @Test
    void shouldConnectToThisMachineWhenNoEmbeddedBrokerIsWanted() {
        runner.withPropertyValues("spring.anser.embedded.enabled=false", "spring.jms.cache.enabled=false")
                .run(context -> assertThat(
                                context.getBean(AnserConnectionFactory.class).getBrokerURL())
                        .contains("127.0.0.1:10911"));
    }

    @Test
    void shouldCacheSessionsAsSpringJmsSays() {
        runner.withPropertyValues("spring.jms.cache.session-cache-size=7", "spring.jms.cache.consumers=true")
                .run(context -> {
                    final CachingConnectionFactory factory = context.getBean(CachingConnectionFactory.class);
                    assertThat(factory.getSessionCacheSize()).isEqualTo(7);
                    assertThat(factory.isCacheConsumers()).isTrue();
                });
    }

    @Test
    void shouldPoolConnectionsOnDemand() {
        runner.withPropertyValues("spring.anser.pool.enabled=true", "spring.anser.pool.max-connections=3")
                .run(context -> {
                    final JmsPoolConnectionFactory pool = context.getBean(JmsPoolConnectionFactory.class);
                    assertThat(pool.getMaxConnections()).isEqualTo(3);
                    context.getBean(JmsTemplate.class).convertAndSend("pooled", "one goose");
                    final JmsTemplate template = context.getBean(JmsTemplate.class);
                    template.setReceiveTimeout(30_000);
                    assertThat(template.receiveAndConvert("pooled")).isEqualTo("one goose");
                });
    }

    @Test
    void shouldLeaveTheFactoryOfTheApplicationAlone() {
        runner.withUserConfiguration(OwnFactory.class).run(context -> assertThat(context)
                .hasSingleBean(ConnectionFactory.class)
                .hasBean("own")
                .doesNotHaveBean(EmbeddedBroker.class));
    }

    @Test
    void shouldTakeDetailsFromABean() {
        runner.withUserConfiguration(OwnDetails.class)
                .withPropertyValues("spring.anser.broker-url=anser://elsewhere:1", "spring.jms.cache.enabled=false")
                .run(context -> assertThat(
                                context.getBean(AnserConnectionFactory.class).getBrokerURL())
                        .contains("container:4711"));
    }

    @Test
    void shouldGiveTheXaFactoryToATransactionManager() {
        runner.withUserConfiguration(Jta.class).run(context -> {
            assertThat(context).hasBean("jmsConnectionFactory").hasBean("nonXaJmsConnectionFactory");
            assertThat(context.getBean(Jta.class).wrapped).isInstanceOf(AnserConnectionFactory.class);
        });
    }

    @Test
    void shouldKeepMessagesOfAPersistentEmbeddedBroker() {
        final ApplicationContextRunner persistent = runner.withPropertyValues(
                "spring.anser.embedded.persistent=true",
                "spring.anser.embedded.name=kept",
                "spring.anser.embedded.queues=letters",
                "spring.anser.embedded.options.flush=sync",
                "spring.anser.embedded.data-directory=" + directory);
        persistent.run(context -> context.getBean(JmsTemplate.class).convertAndSend("letters", "kept"));
        persistent.run(context -> {
            final JmsTemplate template = context.getBean(JmsTemplate.class);
            template.setReceiveTimeout(30_000);
            assertThat(template.receiveAndConvert("letters")).isEqualTo("kept");
        });
    }

    @Test
    void shouldBeSeenByTheHealthIndicatorOfSpringBoot() {
        runner.withConfiguration(AutoConfigurations.of(
                        JmsHealthContributorAutoConfiguration.class, HealthContributorAutoConfiguration.class))
                .run(context -> assertThat(
                                context.getBean(JmsHealthIndicator.class).health())
                        .satisfies(health -> assertThat(health.getStatus()).isEqualTo(Status.UP))
                        .satisfies(health -> assertThat(health.getDetails()).containsEntry("provider", "AnserMQ")));
    }

    @Configuration(proxyBeanMethods = false)
    static class Listening {
        final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        @JmsListener(destination = "orders")
        void onOrder(final String order) {
            received.add(order);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnFactory {
        @Bean
        ConnectionFactory own() {
            return new AnserConnectionFactory("anser://mine:1");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnDetails {
        @Bean
        AnserConnectionDetails details() {
            return new AnserConnectionDetails() {
                @Override
                public String brokerUrl() {
                    return "anser://container:4711";
                }

                @Override
                public @Nullable String user() {
                    return null;
                }

                @Override
                public @Nullable String password() {
                    return null;
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Jta {
        @Nullable
        XAConnectionFactory wrapped;

        @Bean
        XAConnectionFactoryWrapper wrapper() {
            return factory -> {
                wrapped = factory;
                return (ConnectionFactory) factory;
            };
        }
    }
}
