package io.ansermq.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadRunnerTest {

    private static final String FACTORY = "io.ansermq.jms.AnserConnectionFactory";
    private static final int BACKLOG = 300;

    @TempDir
    private Path data;

    @Test
    void shouldMeasureEveryKindOfWorkload() throws Exception {
        final List<Workload> workloads =
                List.of(new SyncSend(2), new AsyncSend(100), new Drain(2, 0), new Drain(1, 100), new FixedRate(500));
        final List<String> progress = new ArrayList<>();

        final LoadTarget target = target();
        final LoadReport report;
        try (Connection broker = target.factory().createConnection()) { // lives as long as its last connection
            report = new LoadRunner("test", progress::add)
                    .run(List.of(target), new LoadOptions(workloads, 100, 1, 0, 50, BACKLOG));
        }

        assertThat(report.rounds()).extracting(RoundResult::workload).isEqualTo(workloads);
        assertThat(report.rounds())
                .allSatisfy(round -> assertThat(round.messages()).isPositive());
        assertThat(report.rounds().get(2).messages()).isEqualTo(BACKLOG);
        assertThat(report.rounds().get(3).messages()).isEqualTo(BACKLOG);
        assertThat(progress).hasSameSizeAs(workloads).allMatch(line -> line.startsWith("round 1 W"));
    }

    @Test
    void shouldNameTheRoundThatFailed() {
        final LoadTarget nowhere =
                new LoadTarget("nowhere", LoadTarget.factory(FACTORY, "anser://127.0.0.1:1"), OptionalLong.empty());
        final LoadOptions options = new LoadOptions(List.of(new AsyncSend(10)), 100, 1, 0, 50, 1);

        assertThatThrownBy(() -> new LoadRunner("test", line -> {}).run(List.of(nowhere), options))
                .isInstanceOf(LoadException.class)
                .hasMessageStartingWith("round 1 W2 nowhere: ")
                .hasMessageContaining("127.0.0.1:1");
    }

    @Test
    void shouldExplainWhatIsNoConnectionFactory() {
        assertThatThrownBy(() -> LoadTarget.factory("no.such.Factory", "x"))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("class path");
        assertThatThrownBy(() -> LoadTarget.factory("java.lang.String", "x"))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("jakarta.jms.ConnectionFactory");
    }

    @Test
    void shouldKnowTheStandardWorkloadsByName() {
        assertThat(Workload.standard()).allSatisfy(workload -> assertThat(Workload.named(workload.id()))
                .isEqualTo(workload));
        assertThatThrownBy(() -> Workload.named("W99")).hasMessageContaining("W1x8");
    }

    private LoadTarget target() {
        final String directory = URLEncoder.encode(data.toString(), StandardCharsets.UTF_8);
        return new LoadTarget(
                "embedded",
                LoadTarget.factory(FACTORY, "vm://load-test?broker.data=" + directory),
                OptionalLong.empty());
    }
}
