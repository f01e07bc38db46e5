package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static io.ansermq.openmessaging.TestBroker.timeout;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.BytesMessage;
import io.openmessaging.Future;
import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.Promise;
import io.openmessaging.ResourceManager;
import io.openmessaging.consumer.MessageListener;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.consumer.PushConsumer;
import io.openmessaging.consumer.StreamingConsumer;
import io.openmessaging.consumer.StreamingIterator;
import io.openmessaging.exception.OMSException;
import io.openmessaging.exception.OMSResourceNotExistException;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.interceptor.ConsumerInterceptor;
import io.openmessaging.interceptor.ProducerInterceptor;
import io.openmessaging.producer.BatchMessageSender;
import io.openmessaging.producer.LocalTransactionExecutor;
import io.openmessaging.producer.Producer;
import io.openmessaging.producer.SendResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Every method of every interface of the API, found by reflection, has a row here that calls it and looks what it did. */
class ApiTest {
    private static final long WAIT_MS = 20_000;
    private static final long NOTHING_MS = 100;

    @TempDir
    private static Path data;

    private static TestBroker broker;
    private static MessagingAccessPoint accessPoint;
    private static ResourceManager manager;
    private static Producer producer;
    private static int names;

    private final Map<String, Executable> rows = new TreeMap<>();

    @BeforeAll
    static void start() throws IOException {
        broker = TestBroker.start(data, "check-back-after", "100ms", "check-back-interval", "1s");
        accessPoint = broker.accessPoint();
        accessPoint.startup();
        manager = accessPoint.resourceManager();
        producer = accessPoint.createProducer();
        producer.startup();
    }

    @AfterAll
    static void stop() {
        producer.shutdown();
        accessPoint.shutdown();
        broker.close();
    }

    @Test
    void shouldHaveARowForEveryMethodOfTheApi() {
        fill();

        assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(methodsOfTheApi());
    }

    @TestFactory
    Stream<DynamicTest> shouldDoWhatEachMethodSays() {
        fill();
        return rows.entrySet().stream().map(row -> DynamicTest.dynamicTest(row.getKey(), row.getValue()));
    }

    /** All methods that the interfaces in the jar declare, those of what the application implements too. */
    private static Set<String> methodsOfTheApi() {
        final Set<String> methods = new TreeSet<>();
        final String jar =
                OMS.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        try (JarFile file = new JarFile(jar)) {
            file.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .forEach(name -> addMethods(name, methods));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return methods;
    }

    private static void addMethods(final String className, final Set<String> methods) {
        final Class<?> type;
        try {
            type = Class.forName(className);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
        if (type.isInterface()) {
            for (final Method each : type.getDeclaredMethods()) {
                if (Modifier.isAbstract(each.getModifiers())) {
                    methods.add(type.getSimpleName()
                            + '.'
                            + each.getName()
                            + '('
                            + Arrays.stream(each.getParameterTypes())
                                    .map(Class::getSimpleName)
                                    .collect(Collectors.joining(","))
                            + ')');
                }
            }
        }
    }

    private void row(final String method, final Executable check) {
        assertThat(rows.put(method, check)).as("row of %s", method).isNull();
    }

    private static String queue() {
        return "queue-" + ++names;
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(final Message message) {
        return new String(message.getBody(byte[].class), UTF_8);
    }

    private static BytesMessage message(final String queue, final String body) {
        return producer.createBytesMessage(queue, bytes(body));
    }

    private static String received(final String queue) {
        final PullConsumer consumer = accessPoint.createPullConsumer(timeout(WAIT_MS));
        consumer.attachQueue(queue).startup();
        try {
            final Message message = consumer.receive();
            consumer.ack(message.sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE));
            return text(message);
        } finally {
            consumer.shutdown();
        }
    }

    private static boolean isEmpty(final String queue) {
        final PullConsumer consumer = accessPoint.createPullConsumer(timeout(NOTHING_MS));
        consumer.attachQueue(queue).startup();
        try {
            return consumer.receive() == null;
        } finally {
            consumer.shutdown();
        }
    }

    private static <T> T poll(final BlockingQueue<T> queue) throws InterruptedException {
        return queue.poll(WAIT_MS, TimeUnit.MILLISECONDS);
    }

    private void fill() {
        accessPointRows();
        keyValueRows();
        messageRows();
        futureRows();
        producerRows();
        transactionRows();
        pushRows();
        pullRows();
        streamRows();
        managerRows();
    }

    private void accessPointRows() {
        row("MessagingAccessPoint.implVersion()", () -> assertThat(accessPoint.implVersion())
                .startsWith("0.3."));
        row("MessagingAccessPoint.attributes()", () -> {
            assertThat(accessPoint.attributes().getString(OMSBuiltinKeys.REGION))
                    .isEqualTo("test");
            assertThat(accessPoint.attributes().getString(OMSBuiltinKeys.DRIVER_IMPL))
                    .isEqualTo("io.openmessaging.anser.MessagingAccessPointImpl");
        });
        row("MessagingAccessPoint.createProducer()", () -> assertThat(accessPoint.createProducer())
                .isNotNull());
        row("MessagingAccessPoint.createProducer(KeyValue)", () -> assertThat(accessPoint
                        .createProducer(TestBroker.producer("p"))
                        .attributes()
                        .getString(OMSBuiltinKeys.PRODUCER_ID))
                .isEqualTo("p"));
        row("MessagingAccessPoint.createPushConsumer()", () -> assertThat(accessPoint.createPushConsumer())
                .isNotNull());
        row("MessagingAccessPoint.createPushConsumer(KeyValue)", () -> assertThat(accessPoint
                        .createPushConsumer(consumer("c"))
                        .attributes()
                        .getString(OMSBuiltinKeys.CONSUMER_ID))
                .isEqualTo("c"));
        row("MessagingAccessPoint.createPullConsumer()", () -> assertThat(accessPoint.createPullConsumer())
                .isNotNull());
        row("MessagingAccessPoint.createPullConsumer(KeyValue)", () -> assertThat(accessPoint
                        .createPullConsumer(consumer("c"))
                        .attributes()
                        .getString(OMSBuiltinKeys.CONSUMER_ID))
                .isEqualTo("c"));
        row("MessagingAccessPoint.createStreamingConsumer()", () -> assertThat(accessPoint.createStreamingConsumer())
                .isNotNull());
        row("MessagingAccessPoint.createStreamingConsumer(KeyValue)", () -> assertThat(accessPoint
                        .createStreamingConsumer(consumer("c"))
                        .attributes()
                        .getString(OMSBuiltinKeys.CONSUMER_ID))
                .isEqualTo("c"));
        row("MessagingAccessPoint.resourceManager()", () -> assertThat(accessPoint.resourceManager())
                .isSameAs(manager));
        row("ServiceLifecycle.startup()", () -> {
            final Producer other = accessPoint.createProducer();
            final Message message = message(queue(), "x");
            assertThatThrownBy(() -> other.send(message)).isInstanceOf(OMSRuntimeException.class);
            other.startup();
            assertThat(other.send(message)).isNotNull();
            other.shutdown();
        });
        row("ServiceLifecycle.shutdown()", () -> {
            final Producer other = accessPoint.createProducer();
            final String queue = queue();
            for (int i = 0; i < 3; i++) {
                other.startup();
                assertThat(other.send(message(queue, "x"))).isNotNull();
                other.shutdown();
                assertThatThrownBy(() -> other.send(message(queue, "x"))).isInstanceOf(OMSRuntimeException.class);
            }
        });
    }

    private void keyValueRows() {
        row(
                "KeyValue.put(String,int)",
                () -> assertThat(new Headers().put("a", 1).getInt("a")).isEqualTo(1));
        row(
                "KeyValue.put(String,long)",
                () -> assertThat(new Headers().put("a", 1L << 40).getLong("a")).isEqualTo(1L << 40));
        row(
                "KeyValue.put(String,double)",
                () -> assertThat(new Headers().put("a", 1.5).getDouble("a")).isEqualTo(1.5));
        row(
                "KeyValue.put(String,String)",
                () -> assertThat(new Headers().put("a", "b").getString("a")).isEqualTo("b"));
        row("KeyValue.getInt(String)", () -> {
            assertThat(new Headers().getInt("a")).isZero();
            assertThat(new Headers().put("a", "7").getInt("a")).isEqualTo(7);
        });
        row("KeyValue.getInt(String,int)", () -> assertThat(new Headers().getInt("a", 3))
                .isEqualTo(3));
        row("KeyValue.getLong(String)", () -> {
            assertThat(new Headers().getLong("a")).isZero();
            assertThat(new Headers().put("a", 7).getLong("a")).isEqualTo(7);
        });
        row("KeyValue.getLong(String,long)", () -> assertThat(new Headers().getLong("a", 3))
                .isEqualTo(3));
        row("KeyValue.getDouble(String)", () -> {
            assertThat(new Headers().getDouble("a")).isZero();
            assertThat(new Headers().put("a", 7).getDouble("a")).isEqualTo(7);
        });
        row("KeyValue.getDouble(String,double)", () -> assertThat(new Headers().getDouble("a", 0.5))
                .isEqualTo(0.5));
        row("KeyValue.getString(String)", () -> {
            assertThat(new Headers().getString("a")).isNull();
            assertThat(new Headers().put("a", 7).getString("a")).isEqualTo("7");
        });
        row("KeyValue.getString(String,String)", () -> assertThat(new Headers().getString("a", "b"))
                .isEqualTo("b"));
        row("KeyValue.keySet()", () -> {
            final KeyValue headers = new Headers().put("a", 1).put("b", 2);
            headers.keySet().remove("a");
            assertThat(headers.containsKey("a")).isFalse();
            assertThat(headers.keySet()).containsExactly("b");
        });
        row(
                "KeyValue.containsKey(String)",
                () -> assertThat(new Headers().put("a", 1).containsKey("a")).isTrue());
    }

    private void messageRows() {
        row("MessageFactory.createBytesMessage(String,byte[])", () -> {
            final BytesMessage message = producer.createBytesMessage("orders", bytes("x"));
            assertThat(message.sysHeaders().getString(BuiltinKeys.DESTINATION)).isEqualTo("orders");
            assertThat(text(message)).isEqualTo("x");
        });
        row(
                "BytesMessage.setBody(byte[])",
                () -> assertThat(text(message("q", "x").setBody(bytes("y")))).isEqualTo("y"));
        row("Message.getBody(Class)", () -> {
            assertThat((byte[]) message("q", "x").getBody(Object.class)).isEqualTo(bytes("x"));
            assertThatThrownBy(() -> message("q", "x").getBody(String.class))
                    .isInstanceOf(io.openmessaging.exception.OMSMessageFormatException.class);
        });
        row(
                "Message.sysHeaders()",
                () -> assertThat(message("q", "x").sysHeaders().keySet()).containsExactly(BuiltinKeys.DESTINATION));
        row(
                "Message.userHeaders()",
                () -> assertThat(message("q", "x").userHeaders().keySet()).isEmpty());
        row("Message.putSysHeaders(String,int)", () -> assertThat(
                        message("q", "x").putSysHeaders("a", 1).sysHeaders().getInt("a"))
                .isEqualTo(1));
        row("Message.putSysHeaders(String,long)", () -> assertThat(
                        message("q", "x").putSysHeaders("a", 2L).sysHeaders().getLong("a"))
                .isEqualTo(2));
        row("Message.putSysHeaders(String,double)", () -> assertThat(
                        message("q", "x").putSysHeaders("a", 2.5).sysHeaders().getDouble("a"))
                .isEqualTo(2.5));
        row("Message.putSysHeaders(String,String)", () -> assertThat(
                        message("q", "x").putSysHeaders("a", "b").sysHeaders().getString("a"))
                .isEqualTo("b"));
        row("Message.putUserHeaders(String,int)", () -> assertThat(
                        message("q", "x").putUserHeaders("a", 1).userHeaders().getInt("a"))
                .isEqualTo(1));
        row("Message.putUserHeaders(String,long)", () -> assertThat(
                        message("q", "x").putUserHeaders("a", 2L).userHeaders().getLong("a"))
                .isEqualTo(2));
        row("Message.putUserHeaders(String,double)", () -> assertThat(
                        message("q", "x").putUserHeaders("a", 2.5).userHeaders().getDouble("a"))
                .isEqualTo(2.5));
        row("Message.putUserHeaders(String,String)", () -> assertThat(
                        message("q", "x").putUserHeaders("a", "b").userHeaders().getString("a"))
                .isEqualTo("b"));
    }

    private static Promise<String> promise() {
        return new OmsPromise<>(Runnable::run);
    }

    private void futureRows() {
        row("Future.isCancelled()", () -> {
            final Promise<String> promise = promise();
            assertThat(promise.isCancelled()).isFalse();
            assertThat(promise.cancel(true)).isTrue();
            assertThat(promise.isCancelled()).isTrue();
        });
        row("Promise.cancel(boolean)", () -> {
            final Promise<String> promise = promise();
            assertThat(promise.cancel(false)).isTrue();
            assertThat(promise.set("late")).isFalse();
            assertThatThrownBy(promise::get).isInstanceOf(OMSRuntimeException.class);
        });
        row("Future.isDone()", () -> {
            final Promise<String> promise = promise();
            assertThat(promise.isDone()).isFalse();
            promise.set("x");
            assertThat(promise.isDone()).isTrue();
        });
        row("Future.get()", () -> {
            final Promise<String> promise = promise();
            final Thread setter = new Thread(() -> promise.set("x"));
            setter.start();
            assertThat(promise.get()).isEqualTo("x");
            setter.join();
        });
        row("Future.get(long)", () -> assertThatThrownBy(() -> promise().get(1))
                .isInstanceOf(io.openmessaging.exception.OMSTimeOutException.class));
        row("Future.addListener(FutureListener)", () -> {
            final Promise<String> promise = promise();
            final BlockingQueue<String> told = new LinkedBlockingQueue<>();
            promise.addListener(done -> told.add("before"));
            promise.set("x");
            promise.addListener(done -> told.add("after"));
            assertThat(told).containsExactly("before", "after");
        });
        row("Future.getThrowable()", () -> {
            final Promise<String> promise = promise();
            assertThat(promise.getThrowable()).isNull();
            final Exception cause = new Exception("x");
            promise.setFailure(cause);
            assertThat(promise.getThrowable()).isSameAs(cause);
        });
        row("Promise.set(Object)", () -> {
            final Promise<String> promise = promise();
            assertThat(promise.set("x")).isTrue();
            assertThat(promise.set("y")).isFalse();
            assertThat(promise.get()).isEqualTo("x");
        });
        row("Promise.setFailure(Throwable)", () -> {
            final Promise<String> promise = promise();
            assertThat(promise.setFailure(new Exception("boom"))).isTrue();
            assertThatThrownBy(promise::get)
                    .isInstanceOf(OMSRuntimeException.class)
                    .hasMessageContaining("boom");
        });
        row("FutureListener.operationComplete(Future)", () -> {
            final BlockingQueue<Future<SendResult>> told = new LinkedBlockingQueue<>();
            final Future<SendResult> future = producer.sendAsync(message(queue(), "x"));
            future.addListener(told::add);
            assertThat(poll(told)).isSameAs(future);
        });
    }

    private void producerRows() {
        row("Producer.attributes()", () -> {
            producer.attributes().put(OMSBuiltinKeys.PRODUCER_ID, "changed");
            assertThat(producer.attributes().getString(OMSBuiltinKeys.PRODUCER_ID))
                    .isNotBlank()
                    .isNotEqualTo("changed");
        });
        row("Producer.send(Message)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            assertThat(received(queue)).isEqualTo("x");
        });
        row("Producer.send(Message,KeyValue)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"), timeout(WAIT_MS));
            assertThat(received(queue)).isEqualTo("x");
        });
        row("Producer.send(Message,LocalTransactionExecutor,KeyValue)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"), new Decided(true), OMS.newKeyValue());
            assertThat(received(queue)).isEqualTo("x");
        });
        row("Producer.sendAsync(Message)", () -> {
            final String queue = queue();
            assertThat(producer.sendAsync(message(queue, "x")).get().messageId())
                    .isNotBlank();
            assertThat(received(queue)).isEqualTo("x");
        });
        row("Producer.sendAsync(Message,KeyValue)", () -> {
            final String queue = queue();
            assertThat(producer.sendAsync(message(queue, "x"), timeout(WAIT_MS)).get(WAIT_MS))
                    .isNotNull();
            assertThat(received(queue)).isEqualTo("x");
        });
        row("Producer.sendOneway(Message)", () -> {
            final String queue = queue();
            producer.sendOneway(message(queue, "x"));
            assertThat(received(queue)).isEqualTo("x");
        });
        row("Producer.sendOneway(Message,KeyValue)", () -> {
            final String queue = queue();
            producer.sendOneway(message(queue, "x"), OMS.newKeyValue());
            assertThat(received(queue)).isEqualTo("x");
        });
        row("SendResult.messageId()", () -> {
            final Message message = message(queue(), "x");
            assertThat(producer.send(message).messageId())
                    .isEqualTo(message.sysHeaders().getString(BuiltinKeys.MESSAGE_ID))
                    .hasSize(32);
        });
        row("Producer.createBatchMessageSender()", () -> assertThat(producer.createBatchMessageSender())
                .isNotSameAs(producer.createBatchMessageSender()));
        row("BatchMessageSender.send(Message)", () -> {
            final String queue = queue();
            final BatchMessageSender batch = producer.createBatchMessageSender();
            assertThat(batch.send(message(queue, "x"))).isSameAs(batch);
            assertThat(isEmpty(queue)).isTrue();
        });
        row("BatchMessageSender.commit()", () -> {
            final String queue = queue();
            producer.createBatchMessageSender()
                    .send(message(queue, "x"))
                    .send(message(queue, "y"))
                    .commit();
            assertThat(List.of(received(queue), received(queue))).containsExactly("x", "y");
        });
        row("BatchMessageSender.rollback()", () -> {
            final String queue = queue();
            final BatchMessageSender batch = producer.createBatchMessageSender().send(message(queue, "x"));
            batch.rollback();
            batch.send(message(queue, "y")).commit();
            assertThat(received(queue)).isEqualTo("y");
        });
        row("BatchMessageSender.close()", () -> {
            final BatchMessageSender batch = producer.createBatchMessageSender();
            batch.close();
            assertThatThrownBy(() -> batch.send(message(queue(), "x"))).isInstanceOf(OMSRuntimeException.class);
        });
        row("Producer.addInterceptor(ProducerInterceptor)", () -> assertThat(intercepted(false))
                .contains("pre x"));
        row("Producer.removeInterceptor(ProducerInterceptor)", () -> assertThat(intercepted(true))
                .isEmpty());
        row("ProducerInterceptor.preSend(Message,KeyValue)", () -> assertThat(intercepted(false))
                .startsWith("pre x"));
        row("ProducerInterceptor.postSend(Message,KeyValue)", () -> assertThat(intercepted(false))
                .endsWith("post x"));
        row("ProducerInterceptor.postSend(Message,KeyValue,OMSException)", () -> {
            final Producer other = accessPoint.createProducer();
            other.startup();
            final Recording recording = new Recording();
            other.addInterceptor(recording);
            final Message noDestination = message(queue(), "x");
            noDestination.sysHeaders().keySet().remove(BuiltinKeys.DESTINATION);
            assertThatThrownBy(() -> other.send(noDestination)).isInstanceOf(OMSRuntimeException.class);
            assertThat(recording.seen).containsExactly("pre x", "failed x " + ErrorCode.BAD_REQUEST.code());
            other.shutdown();
        });
    }

    private static List<String> intercepted(final boolean removed) {
        final Producer other = accessPoint.createProducer();
        other.startup();
        final Recording recording = new Recording();
        other.addInterceptor(recording);
        if (removed) {
            other.removeInterceptor(recording);
        }
        other.send(message(queue(), "x"));
        other.shutdown();
        return List.copyOf(recording.seen);
    }

    private static final class Recording implements ProducerInterceptor {
        private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @Override
        public void preSend(final Message message, final KeyValue attributes) {
            seen.add("pre " + text(message));
        }

        @Override
        public void postSend(final Message message, final KeyValue attributes) {
            seen.add("post " + text(message));
        }

        @Override
        public void postSend(final Message message, final KeyValue attributes, final OMSException sendException) {
            seen.add("failed " + text(message) + ' ' + sendException.getErrorCode());
        }
    }

    private static final class Decided implements LocalTransactionExecutor {
        private final boolean commit;

        Decided(final boolean commit) {
            this.commit = commit;
        }

        @Override
        public void execute(final Message message, final ExecutionContext context) {
            if (commit) {
                context.commit();
            } else {
                context.rollback();
            }
        }

        @Override
        public void check(final Message message, final CheckContext context) {
            throw new AssertionError("it was decided");
        }
    }

    /** Leaves the decision to the question of the broker. */
    private static final class Asked implements LocalTransactionExecutor {
        private final boolean commit;
        private final BlockingQueue<Message> asked = new LinkedBlockingQueue<>();

        Asked(final boolean commit) {
            this.commit = commit;
        }

        @Override
        public void execute(final Message message, final ExecutionContext context) {
            // Undecided.
        }

        @Override
        public void check(final Message message, final CheckContext context) {
            if (commit) {
                context.commit();
            } else {
                context.rollback();
            }
            asked.add(message);
        }
    }

    private void transactionRows() {
        row("ExecutionContext.commit()", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"), new Decided(true), OMS.newKeyValue());
            assertThat(received(queue)).isEqualTo("x");
        });
        row("ExecutionContext.rollback()", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"), new Decided(false), OMS.newKeyValue());
            assertThat(isEmpty(queue)).isTrue();
        });
        row("LocalTransactionExecutor.execute(Message,ExecutionContext)", () -> {
            final String queue = queue();
            final BlockingQueue<String> visible = new LinkedBlockingQueue<>();
            producer.send(
                    message(queue, "x"),
                    new LocalTransactionExecutor() {
                        @Override
                        public void execute(final Message message, final ExecutionContext context) {
                            visible.add(text(message) + " " + isEmpty(queue));
                            context.rollback();
                        }

                        @Override
                        public void check(final Message message, final CheckContext context) {
                            throw new AssertionError("it was decided");
                        }
                    },
                    OMS.newKeyValue());
            assertThat(visible).containsExactly("x true");
        });
        row("LocalTransactionExecutor.check(Message,CheckContext)", () -> {
            final Asked executor = asked(queue(), true);
            assertThat(text(poll(executor.asked))).isEqualTo("x");
        });
        row("CheckContext.commit()", () -> {
            final String queue = queue();
            asked(queue, true);
            assertThat(received(queue)).isEqualTo("x");
        });
        row("CheckContext.rollback()", () -> {
            final String queue = queue();
            assertThat(poll(asked(queue, false).asked)).isNotNull();
            assertThat(isEmpty(queue)).isTrue();
        });
    }

    private static Asked asked(final String queue, final boolean commit) {
        final Asked executor = new Asked(commit);
        producer.send(message(queue, "x"), executor, OMS.newKeyValue());
        return executor;
    }

    /** A started push consumer and what it got. */
    private static final class Push implements MessageListener, AutoCloseable {
        private final PushConsumer consumer = accessPoint.createPushConsumer();
        private final BlockingQueue<String> got = new LinkedBlockingQueue<>();

        Push(final String queue) {
            consumer.attachQueue(queue, this);
            consumer.startup();
        }

        @Override
        public void onReceived(final Message message, final Context context) {
            context.ack();
            got.add(text(message) + context.attributes().keySet());
        }

        @Override
        public void close() {
            consumer.shutdown();
        }
    }

    private void pushRows() {
        row("PushConsumer.attributes()", () -> {
            final PushConsumer consumer = accessPoint.createPushConsumer(consumer("c"));
            consumer.attributes().put(OMSBuiltinKeys.CONSUMER_ID, "changed");
            assertThat(consumer.attributes().getString(OMSBuiltinKeys.CONSUMER_ID))
                    .isEqualTo("c");
        });
        row("PushConsumer.attachQueue(String,MessageListener)", () -> {
            final String queue = queue();
            try (Push push = new Push(queue)) {
                producer.send(message(queue, "x"));
                assertThat(poll(push.got)).isEqualTo("x[]");
            }
        });
        row("PushConsumer.attachQueue(String,MessageListener,KeyValue)", () -> {
            final String queue = queue();
            try (Push push = new Push(queue())) {
                assertThat(push.consumer.attachQueue(queue, push, consumer("group")))
                        .isSameAs(push.consumer);
                producer.send(message(queue, "x"));
                assertThat(poll(push.got)).isEqualTo("x[]");
            }
            assertThat(received(queue)).as("another group's").isEqualTo("x");
        });
        row("PushConsumer.detachQueue(String)", () -> {
            final String queue = queue();
            try (Push push = new Push(queue)) {
                assertThat(push.consumer.detachQueue(queue)).isSameAs(push.consumer);
                producer.send(message(queue, "x"));
                assertThat(received(queue)).isEqualTo("x");
                assertThat(push.got).isEmpty();
            }
        });
        row("PushConsumer.suspend()", () -> {
            final String queue = queue();
            try (Push push = new Push(queue)) {
                push.consumer.suspend();
                producer.send(message(queue, "x"));
                assertThat(push.got.poll(NOTHING_MS, TimeUnit.MILLISECONDS)).isNull();
                push.consumer.resume();
                assertThat(poll(push.got)).isEqualTo("x[]");
            }
        });
        row("PushConsumer.suspend(long)", () -> {
            final String queue = queue();
            try (Push push = new Push(queue)) {
                push.consumer.suspend(NOTHING_MS);
                producer.send(message(queue, "x"));
                assertThat(poll(push.got)).isEqualTo("x[]");
                assertThat(push.consumer.isSuspended()).isFalse();
            }
        });
        row("PushConsumer.resume()", () -> {
            try (Push push = new Push(queue())) {
                assertThatThrownBy(push.consumer::resume).isInstanceOf(OMSRuntimeException.class);
                push.consumer.suspend();
                push.consumer.resume();
                assertThat(push.consumer.isSuspended()).isFalse();
            }
        });
        row("PushConsumer.isSuspended()", () -> {
            try (Push push = new Push(queue())) {
                assertThat(push.consumer.isSuspended()).isFalse();
                push.consumer.suspend();
                assertThat(push.consumer.isSuspended()).isTrue();
            }
        });
        row("MessageListener.onReceived(Message,Context)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            try (Push push = new Push(queue)) {
                assertThat(poll(push.got)).isEqualTo("x[]");
            }
        });
        row("Context.attributes()", () -> assertThat(receivedIntercepted(false)).contains("x[seen]"));
        row("Context.ack()", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            try (Push push = new Push(queue)) {
                assertThat(poll(push.got)).isNotNull();
            }
            assertThat(isEmpty(queue)).isTrue();
        });
        row("PushConsumer.addInterceptor(ConsumerInterceptor)", () -> assertThat(receivedIntercepted(false))
                .contains("pre x"));
        row("PushConsumer.removeInterceptor(ConsumerInterceptor)", () -> assertThat(receivedIntercepted(true))
                .containsExactly("x[]"));
        row("ConsumerInterceptor.preReceive(Message,KeyValue)", () -> assertThat(receivedIntercepted(false))
                .startsWith("pre x", "x[seen]"));
        row("ConsumerInterceptor.postReceive(Message,KeyValue)", () -> assertThat(receivedIntercepted(false))
                .endsWith("x[seen]", "post x"));
    }

    private static List<String> receivedIntercepted(final boolean removed) throws InterruptedException {
        final String queue = queue();
        try (Push push = new Push(queue)) {
            final ConsumerInterceptor interceptor = new ConsumerInterceptor() {
                @Override
                public void preReceive(final Message message, final KeyValue attributes) {
                    attributes.put("seen", 1);
                    push.got.add("pre " + text(message));
                }

                @Override
                public void postReceive(final Message message, final KeyValue attributes) {
                    push.got.add("post " + text(message));
                }
            };
            push.consumer.addInterceptor(interceptor);
            if (removed) {
                push.consumer.removeInterceptor(interceptor);
            }
            producer.send(message(queue, "x"));
            return removed ? List.of(poll(push.got)) : List.of(poll(push.got), poll(push.got), poll(push.got));
        }
    }

    private void pullRows() {
        row("PullConsumer.attributes()", () -> assertThat(accessPoint
                        .createPullConsumer(consumer("c"))
                        .attributes()
                        .getString(OMSBuiltinKeys.CONSUMER_ID))
                .isEqualTo("c"));
        row("PullConsumer.attachQueue(String)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            assertThat(received(queue)).isEqualTo("x");
        });
        row("PullConsumer.attachQueue(String,KeyValue)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            final PullConsumer consumer = accessPoint.createPullConsumer(timeout(WAIT_MS));
            consumer.startup();
            assertThat(consumer.attachQueue(queue, consumer("group"))).isSameAs(consumer);
            assertThat(text(consumer.receive())).isEqualTo("x");
            consumer.shutdown();
        });
        row("PullConsumer.detachQueue(String)", () -> {
            final String queue = queue();
            final PullConsumer consumer = accessPoint.createPullConsumer(timeout(NOTHING_MS));
            consumer.attachQueue(queue).startup();
            assertThat(consumer.detachQueue(queue)).isSameAs(consumer);
            producer.send(message(queue, "x"));
            assertThat(consumer.receive()).isNull();
            consumer.shutdown();
        });
        row("PullConsumer.receive()", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            assertThat(received(queue)).isEqualTo("x");
        });
        row("PullConsumer.receive(KeyValue)", () -> {
            final PullConsumer consumer = accessPoint.createPullConsumer();
            consumer.attachQueue(queue()).startup();
            assertThat(consumer.receive(timeout(NOTHING_MS))).isNull();
            consumer.shutdown();
        });
        row("PullConsumer.ack(String)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            assertThat(received(queue)).isEqualTo("x");
            assertThat(isEmpty(queue)).isTrue();
        });
        row("PullConsumer.ack(String,KeyValue)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            final PullConsumer consumer = accessPoint.createPullConsumer(timeout(WAIT_MS));
            consumer.attachQueue(queue).startup();
            final String receipt = consumer.receive().sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE);
            consumer.ack(receipt, OMS.newKeyValue());
            consumer.shutdown();
            assertThat(isEmpty(queue)).isTrue();
        });
    }

    /** A stream of three messages, from its beginning, its end or the second. */
    private static StreamingIterator stream(final String from) {
        final String queue = queue();
        for (int i = 0; i < 3; i++) {
            producer.send(message(queue, Integer.toString(i)));
        }
        final StreamingConsumer consumer = accessPoint.createStreamingConsumer();
        consumer.startup();
        final String stream = queue + "#0";
        return switch (from) {
            case "beginning" -> consumer.seekToBeginning(stream);
            case "end" -> consumer.seekToEnd(stream);
            default -> consumer.seek(stream, from);
        };
    }

    private void streamRows() {
        row("StreamingConsumer.attributes()", () -> assertThat(accessPoint
                        .createStreamingConsumer(consumer("c"))
                        .attributes()
                        .getString(OMSBuiltinKeys.CONSUMER_ID))
                .isEqualTo("c"));
        row(
                "StreamingConsumer.seekToBeginning(String)",
                () -> assertThat(text(stream("beginning").next())).isEqualTo("0"));
        row(
                "StreamingConsumer.seekToEnd(String)",
                () -> assertThat(text(stream("end").previous())).isEqualTo("2"));
        row("StreamingConsumer.seek(String,String)", () -> {
            assertThat(text(stream("1").next())).isEqualTo("1");
            assertThat(text(stream("99").previous())).isEqualTo("2");
            assertThatThrownBy(() -> stream("soon")).isInstanceOf(OMSRuntimeException.class);
        });
        row(
                "StreamingIterator.attributes()",
                () -> assertThat(stream("beginning").attributes()).isNotNull());
        row("StreamingIterator.hasNext()", () -> {
            assertThat(stream("beginning").hasNext()).isTrue();
            assertThat(stream("end").hasNext()).isFalse();
        });
        row("StreamingIterator.next()", () -> {
            final StreamingIterator iterator = stream("beginning");
            assertThat(List.of(text(iterator.next()), text(iterator.next()), text(iterator.next())))
                    .containsExactly("0", "1", "2");
            assertThatThrownBy(iterator::next).isInstanceOf(OMSRuntimeException.class);
        });
        row("StreamingIterator.hasPrevious()", () -> {
            assertThat(stream("beginning").hasPrevious()).isFalse();
            assertThat(stream("end").hasPrevious()).isTrue();
        });
        row("StreamingIterator.previous()", () -> {
            final StreamingIterator iterator = stream("end");
            assertThat(List.of(text(iterator.previous()), text(iterator.previous()), text(iterator.previous())))
                    .containsExactly("2", "1", "0");
            assertThatThrownBy(iterator::previous).isInstanceOf(OMSRuntimeException.class);
            assertThat(text(iterator.next())).isEqualTo("0");
        });
        row("StreamingIterator.nextPosition()", () -> {
            final StreamingIterator iterator = stream("beginning");
            assertThat(iterator.nextPosition()).isEqualTo("0");
            iterator.next();
            assertThat(iterator.nextPosition()).isEqualTo("1");
            final StreamingIterator end = stream("end");
            assertThatThrownBy(end::nextPosition).isInstanceOf(OMSRuntimeException.class);
        });
        row("StreamingIterator.previousPosition()", () -> {
            assertThat(stream("end").previousPosition()).isEqualTo("2");
            final StreamingIterator beginning = stream("beginning");
            assertThatThrownBy(beginning::previousPosition).isInstanceOf(OMSRuntimeException.class);
        });
    }

    private static KeyValue routing(final String source, final String destination, final String expression) {
        return OMS.newKeyValue()
                .put(OMSBuiltinKeys.ROUTING_SOURCE, source)
                .put(OMSBuiltinKeys.ROUTING_DESTINATION, destination)
                .put(OMSBuiltinKeys.ROUTING_EXPRESSION, expression);
    }

    private static String newQueue() throws OMSResourceNotExistException {
        final String queue = queue();
        manager.createQueue(queue, OMS.newKeyValue());
        return queue;
    }

    private static String newRouting() throws OMSResourceNotExistException {
        final String name = "routing-" + ++names;
        manager.createRouting(name, routing(newQueue(), newQueue(), "color = 'red'"));
        return name;
    }

    private static String newNamespace() {
        final String name = "ns" + ++names;
        manager.createNamespace(name, OMS.newKeyValue().put("owner", "ann"));
        return name;
    }

    private void managerRows() {
        row("ResourceManager.createNamespace(String,KeyValue)", () -> {
            final String name = newNamespace();
            assertThatThrownBy(() -> manager.createNamespace(name, OMS.newKeyValue()))
                    .isInstanceOf(OMSRuntimeException.class);
        });
        row("ResourceManager.setNamespaceAttributes(String,KeyValue)", () -> {
            final String name = newNamespace();
            manager.setNamespaceAttributes(name, OMS.newKeyValue().put("more", 1));
            assertThat(manager.getNamespaceAttributes(name).getString("owner")).isEqualTo("ann");
            assertThat(manager.getNamespaceAttributes(name).getInt("more")).isEqualTo(1);
            assertThatThrownBy(() -> manager.setNamespaceAttributes("none", OMS.newKeyValue()))
                    .isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.getNamespaceAttributes(String)", () -> {
            assertThat(manager.getNamespaceAttributes(newNamespace()).getString("owner"))
                    .isEqualTo("ann");
            assertThatThrownBy(() -> manager.getNamespaceAttributes("none"))
                    .isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.deleteNamespace(String)", () -> {
            final String name = newNamespace();
            manager.createQueue(name + "://q", OMS.newKeyValue());
            assertThatThrownBy(() -> manager.deleteNamespace(name)).isInstanceOf(OMSRuntimeException.class);
            manager.deleteQueue(name + "://q");
            manager.deleteNamespace(name);
            assertThat(manager.listNamespaces()).doesNotContain(name);
            assertThatThrownBy(() -> manager.deleteNamespace(name)).isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.listNamespaces()", () -> {
            final String name = newNamespace();
            assertThat(manager.listNamespaces()).contains("default", name);
        });
        row("ResourceManager.createQueue(String,KeyValue)", () -> {
            final String queue = newQueue();
            assertThatThrownBy(() -> manager.createQueue(queue, OMS.newKeyValue()))
                    .isInstanceOf(OMSRuntimeException.class);
            assertThatThrownBy(() -> manager.createQueue("none://q", OMS.newKeyValue()))
                    .isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.setQueueAttributes(String,KeyValue)", () -> {
            final String queue = newQueue();
            manager.setQueueAttributes(queue, OMS.newKeyValue().put("a", "b"));
            assertThat(manager.getQueueAttributes(queue).getString("a")).isEqualTo("b");
        });
        row("ResourceManager.getQueueAttributes(String)", () -> assertThatThrownBy(
                        () -> manager.getQueueAttributes("none"))
                .isInstanceOf(OMSResourceNotExistException.class));
        row("ResourceManager.deleteQueue(String)", () -> {
            final String queue = newQueue();
            manager.deleteQueue(queue);
            assertThat(manager.listQueues("default")).doesNotContain(queue);
            assertThatThrownBy(() -> manager.deleteQueue(queue)).isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.listQueues(String)", () -> {
            final String name = newNamespace();
            manager.createQueue(name + "://q", OMS.newKeyValue());
            assertThat(manager.listQueues(name)).containsExactly(name + "://q");
            assertThatThrownBy(() -> manager.listQueues("none")).isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.createRouting(String,KeyValue)", () -> {
            final String source = newQueue();
            final String destination = newQueue();
            manager.createRouting("r-" + source, routing(source, destination, "color = 'red'"));
            producer.send(message(source, "blue").putUserHeaders("color", "blue"));
            producer.send(message(source, "red").putUserHeaders("color", "red"));
            assertThat(received(destination)).isEqualTo("red");
            assertThatThrownBy(() -> manager.createRouting("r2", routing(source, destination, "color = ")))
                    .isInstanceOf(OMSRuntimeException.class);
        });
        row("ResourceManager.setRoutingAttributes(String,KeyValue)", () -> {
            final String name = newRouting();
            manager.setRoutingAttributes(name, OMS.newKeyValue().put(OMSBuiltinKeys.ROUTING_EXPRESSION, "a = 1"));
            assertThat(manager.getRoutingAttributes(name).getString(OMSBuiltinKeys.ROUTING_EXPRESSION))
                    .isEqualTo("a = 1");
        });
        row("ResourceManager.getRoutingAttributes(String)", () -> assertThat(
                        manager.getRoutingAttributes(newRouting()).getString(OMSBuiltinKeys.ROUTING_EXPRESSION))
                .isEqualTo("color = 'red'"));
        row("ResourceManager.deleteRouting(String)", () -> {
            final String name = newRouting();
            manager.deleteRouting(name);
            assertThatThrownBy(() -> manager.getRoutingAttributes(name))
                    .isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.listRoutings(String)", () -> {
            final String name = newRouting();
            assertThat(manager.listRoutings("default")).contains(name);
        });
        row("ResourceManager.listStreams(String)", () -> {
            assertThat(manager.listStreams(newQueue())).hasSize(10);
            final String queue = queue();
            manager.createQueue(queue, OMS.newKeyValue().put("STREAMS", 3));
            assertThat(manager.listStreams(queue)).containsExactly(queue + "#0", queue + "#1", queue + "#2");
            assertThatThrownBy(() -> manager.listStreams("none")).isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.updateMessage(String,String,KeyValue)", () -> {
            final String queue = queue();
            final String id = producer.send(message(queue, "x")).messageId();
            producer.send(message(queue, "y"));
            manager.updateMessage(queue, id, OMS.newKeyValue().put(BuiltinKeys.PRIORITY, 1));
            assertThat(List.of(received(queue), received(queue))).containsExactly("y", "x");
            assertThatThrownBy(() -> manager.updateMessage(
                            queue, "none", OMS.newKeyValue().put(BuiltinKeys.PRIORITY, 1)))
                    .isInstanceOf(OMSResourceNotExistException.class);
        });
    }
}
