package io.ansermq.openmessaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.BytesMessage;
import io.openmessaging.Future;
import io.openmessaging.KeyValue;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.Promise;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.producer.SendResult;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What is passed around: key values, messages, futures. */
final class ValueRows extends ApiRows {

    ValueRows(final ApiFixture fixture) {
        super(fixture);
    }

    @Override
    void fill() {
        keyValueRows();
        messageRows();
        futureRows();
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

    private Promise<String> promise() {
        return new OmsPromise<>(Runnable::run);
    }
}
