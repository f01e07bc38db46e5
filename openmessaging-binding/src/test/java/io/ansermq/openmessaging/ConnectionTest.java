package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.broker.security.UserFile;
import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.producer.LocalTransactionExecutor;
import io.openmessaging.producer.Producer;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How services connect, and what becomes of them when they lose the broker. */
class ConnectionTest extends Scenario {

    private String url(final String account) {
        return "oms:anser://" + account + "127.0.0.1:" + broker.port() + "/test";
    }

    private void addUser(final String name, final String password) throws Exception {
        new UserFile(data.resolve("users")).put(name, password);
    }

    @Test
    void shouldSayWhatToDoWhenThereIsNoBroker() {
        final Producer lost =
                OMS.getMessagingAccessPoint("oms:anser://127.0.0.1:1/r").createProducer();

        assertThatThrownBy(lost::startup)
                .isInstanceOf(OMSRuntimeException.class)
                .hasMessageContaining("127.0.0.1")
                .extracting(Scenario::codeOf)
                .isEqualTo(ErrorCode.UNAVAILABLE.code());
    }

    @Test
    void shouldUseTheFirstHostThatAnswers() {
        final Producer other =
                started(OMS.getMessagingAccessPoint("oms:anser://127.0.0.1:1,127.0.0.1:" + broker.port() + "/r")
                        .createProducer());

        assertThat(other.send(message("x"))).isNotNull();
    }

    @Test
    void shouldSayWhatIsWrongWithAUrlWhenAServiceIsStarted() {
        final Producer lost =
                OMS.getMessagingAccessPoint("oms:anser://127.0.0.1:port/r").createProducer();

        assertThatThrownBy(lost::startup).extracting(Scenario::codeOf).isEqualTo(ErrorCode.BAD_PARAMETER.code());
    }

    @Test
    void shouldLogInWithThePasswordOfTheUrlOrOfTheAttribute() throws Exception {
        addUser("ann", "s@cret/ 1");
        assertThat(started(OMS.getMessagingAccessPoint(url("ann:s%40cret%2F%201@"))
                                .createProducer())
                        .send(message("x")))
                .isNotNull();
        final KeyValue attributes = OMS.newKeyValue().put(AnserAccessPoint.PASSWORD, "s@cret/ 1");
        assertThat(started(OMS.getMessagingAccessPoint(url("ann@"), attributes).createProducer())
                        .send(message("x")))
                .isNotNull();
        final Producer stranger = OMS.getMessagingAccessPoint(url("ann:wrong@")).createProducer();
        assertThatThrownBy(stranger::startup).extracting(Scenario::codeOf).isEqualTo(ErrorCode.UNAUTHORIZED.code());
    }

    @Test
    void shouldShowThePasswordToNobody() {
        final KeyValue attributes =
                OMS.getMessagingAccessPoint(url("ann:secret@")).attributes();
        assertThat(attributes.getString(OMSBuiltinKeys.ACCOUNT_ID)).isEqualTo("ann");

        final KeyValue given = OMS.newKeyValue().put(AnserAccessPoint.PASSWORD, "secret");
        assertThat(OMS.getMessagingAccessPoint(url("ann@"), given).attributes().containsKey(AnserAccessPoint.PASSWORD))
                .isFalse();
    }

    @Test
    void shouldEncryptWhenItIsToldTo() throws Exception {
        final Path keys = Path.of("../remoting/src/test/resources/tls");
        broker.restart(
                "tls",
                "required",
                "tls-key-store",
                keys.resolve("server.p12").toString(),
                "tls-key-store-password",
                "secret");
        final KeyValue attributes = OMS.newKeyValue()
                .put(AnserAccessPoint.TLS, "true")
                .put(
                        AnserAccessPoint.TLS_TRUST_STORE,
                        keys.resolve("authority.pem").toString());

        assertThat(started(OMS.getMessagingAccessPoint(url(""), attributes).createProducer())
                        .send(message("x")))
                .isNotNull();
        final Producer plain = accessPoint.createProducer();
        assertThatThrownBy(plain::startup).isInstanceOf(OMSRuntimeException.class);
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({"TLS,yes", "TLS_TRUST_STORE,authority.pem", "OPERATION_TIMEOUT,soon", "OPERATION_TIMEOUT,-1"})
    void shouldNameTheAttributeThatIsWrong(final String name, final String value) {
        final Producer wrong = OMS.getMessagingAccessPoint(
                        url(""), OMS.newKeyValue().put(name, value))
                .createProducer();

        assertThatThrownBy(wrong::startup)
                .hasMessageContaining(name.substring(0, 3))
                .extracting(Scenario::codeOf)
                .isEqualTo(ErrorCode.BAD_PARAMETER.code());
    }

    @Test
    void shouldNotMixUpAccessPointsThatWereMadeWithTheSameAttributes() {
        final KeyValue attributes = OMS.newKeyValue();
        final Producer right = OMS.getMessagingAccessPoint(url(""), attributes).createProducer();
        OMS.getMessagingAccessPoint("oms:anser://127.0.0.1:1/r", attributes);

        assertThat(started(right).send(message("x"))).isNotNull();
    }

    @Test
    void shouldGoOnByItselfWhenTheBrokerComesBack() throws Exception {
        final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        started(accessPoint.createPushConsumer(consumer("pushed")).attachQueue(QUEUE, (message, context) -> {
            context.ack();
            got.add(text(message));
        }));
        final PullConsumer pull = pull("pulled", QUEUE);
        send(QUEUE, "before");
        assertThat(poll(got)).isEqualTo("before");
        final String receipt = next(pull).sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE);

        broker.restart();
        send(QUEUE, "after");

        assertThat(poll(got)).isEqualTo("after");
        final Message again = nextAcknowledged(pull);
        assertThat(text(again)).isEqualTo("before");
        assertThat(again.sysHeaders().getInt(BuiltinKeys.REDELIVERED_NUMBER)).isPositive();
        assertThat(text(nextAcknowledged(pull))).isEqualTo("after");
        assertThatThrownBy(() -> pull.ack(receipt))
                .hasMessageContaining("lost its connection")
                .extracting(Scenario::codeOf)
                .isEqualTo(ErrorCode.NO_MESSAGE.code());
    }

    @Test
    void shouldBeAskedAboutHalfMessagesAlsoWhenTheBrokerHasComeBack() throws Exception {
        final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        producer.send(
                message("half"),
                new LocalTransactionExecutor() {
                    @Override
                    public void execute(final Message message, final ExecutionContext context) {
                        // Undecided.
                    }

                    @Override
                    public void check(final Message message, final CheckContext context) {
                        asked.add(text(message));
                        context.commit();
                    }
                },
                OMS.newKeyValue());

        broker.restart("check-back-after", "100ms", "check-back-interval", "200ms");

        assertThat(poll(asked)).isEqualTo("half");
        assertThat(text(nextAcknowledged(pull("group", QUEUE)))).isEqualTo("half");
    }
}
