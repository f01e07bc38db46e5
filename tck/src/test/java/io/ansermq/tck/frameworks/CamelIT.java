package io.ansermq.tck.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import java.time.Duration;
import java.util.List;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Camel's JMS component: routes between queues, request and reply, transacted routes, a restart in the middle. */
class CamelIT {
    @RegisterExtension
    final Evidence evidence = new Evidence();

    private final Tally tally = new Tally();
    private ServerProcess server;
    private DefaultCamelContext camel;
    private ProducerTemplate producer;

    @BeforeEach
    void start() throws Exception {
        server = ServerProcess.with(evidence).start();
        camel = new DefaultCamelContext();
        final JmsComponent jms = JmsComponent.jmsComponentAutoAcknowledge(new AnserConnectionFactory(server.uri()));
        jms.setRecoveryInterval(100);
        camel.addComponent("jms", jms);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("jms:queue:in?concurrentConsumers=2").to("jms:queue:out");
                from("jms:queue:out")
                        .process(exchange -> tally.add(exchange.getMessage().getBody(String.class)));
                from("jms:queue:sums").process(exchange -> exchange.getMessage()
                        .setBody(exchange.getMessage().getBody(String.class) + " answered"));
                from("jms:queue:fragile?transacted=true&lazyCreateTransactionManager=false")
                        .process(exchange -> {
                            if (tally.add(exchange.getMessage().getBody(String.class)) == 1) {
                                throw new IllegalStateException("the first delivery of each message fails");
                            }
                        });
            }
        });
        camel.start();
        producer = camel.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void shouldRouteFromQueueToQueue() {
        final List<String> texts = Tally.texts("parcel", 500);
        texts.forEach(text -> producer.sendBody("jms:queue:in", text));

        tally.awaitAll(texts);
        tally.assertEachOnce(texts);
    }

    @Test
    void shouldAnswerRequests() {
        for (final String text : Tally.texts("sum", 10)) {
            assertThat(producer.requestBody("jms:queue:sums", text)).isEqualTo(text + " answered");
        }
    }

    @Test
    void shouldRedeliverOnATransactedRouteThatThrew() {
        final List<String> texts = Tally.texts("egg", 10);
        texts.forEach(text -> producer.sendBody("jms:queue:fragile", text));

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(texts).allMatch(text -> tally.count(text) == 2));
    }

    @Test
    void shouldGoOnAfterARestartOfTheServer() {
        producer.sendBody("jms:queue:in", "before");
        tally.awaitAll(List.of("before"));

        server.kill();
        server.start();

        final List<String> after = Tally.texts("after", 50);
        after.forEach(text -> await().atMost(Duration.ofSeconds(60))
                .ignoreExceptionsMatching(
                        e -> e instanceof CamelExecutionException || e instanceof RuntimeCamelException)
                .until(() -> {
                    producer.sendBody("jms:queue:in", text);
                    return true;
                }));
        tally.awaitAll(after);
    }
}
