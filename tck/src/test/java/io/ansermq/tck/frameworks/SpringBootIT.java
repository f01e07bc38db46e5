package io.ansermq.tck.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.tck.frameworks.boot.OrdersApplication;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jms.JmsException;
import org.springframework.jms.core.JmsTemplate;

/** The sample application runs on a server of its own, and goes on after a restart of it. */
class SpringBootIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    final Evidence evidence = new Evidence();

    @Test
    void shouldBillEachOrderAndGoOnAfterARestartOfTheServer() {
        final ServerProcess server = ServerProcess.with(evidence).start();
        try (ConfigurableApplicationContext application = run(server)) {
            final OrdersApplication.Archive archive = application.getBean(OrdersApplication.Archive.class);
            final JmsTemplate template = application.getBean(JmsTemplate.class);

            final List<String> before = Tally.texts("before", 20);
            before.forEach(order -> send(template, order));
            await().atMost(PATIENCE).untilAsserted(() -> assertBilled(archive, before));

            server.kill();
            server.start();

            final List<String> after = Tally.texts("after", 20);
            after.forEach(order -> send(template, order));
            await().atMost(PATIENCE).untilAsserted(() -> assertBilled(archive, after));
        }
    }

    private static ConfigurableApplicationContext run(final ServerProcess server) {
        return new SpringApplicationBuilder(OrdersApplication.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.anser.broker-url=" + server.uri(),
                        "spring.jms.listener.session.transacted=true",
                        "spring.main.banner-mode=off",
                        "logging.level.root=error")
                .run();
    }

    private static void assertBilled(final OrdersApplication.Archive archive, final List<String> orders) {
        assertThat(archive.invoices())
                .containsAll(
                        orders.stream().map(order -> "invoice for " + order).toList());
    }

    private static void send(final JmsTemplate template, final String order) {
        await().atMost(PATIENCE)
                .ignoreExceptionsMatching(JmsException.class::isInstance)
                .until(() -> {
                    template.convertAndSend("orders", order);
                    return true;
                });
    }
}
