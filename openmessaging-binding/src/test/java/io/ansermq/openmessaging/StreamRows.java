package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.consumer.StreamingConsumer;
import io.openmessaging.consumer.StreamingIterator;
import io.openmessaging.exception.OMSRuntimeException;
import java.util.List;

/** Consumers of streams. */
final class StreamRows extends ApiRows {

    StreamRows(final ApiFixture fixture) {
        super(fixture);
    }

    @Override
    void fill() {
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

    /** A stream of three messages, from its beginning, its end or the second. */
    private StreamingIterator stream(final String from) {
        final String queue = queue();
        for (int i = 0; i < 3; i++) {
            producer.send(message(queue, Integer.toString(i)));
        }
        final StreamingConsumer consumer = started(accessPoint.createStreamingConsumer());
        final String stream = queue + "#0";
        return switch (from) {
            case "beginning" -> consumer.seekToBeginning(stream);
            case "end" -> consumer.seekToEnd(stream);
            default -> consumer.seek(stream, from);
        };
    }
}
