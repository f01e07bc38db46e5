package io.ansermq.openmessaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the guide, compiled and run as they stand there. */
class GuideTest {
    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("public class (\\w+)");

    @TempDir
    private Path directory;

    @Test
    void shouldDoWhatTheGuideSays() throws Exception {
        final List<String> names = compile();
        assertThat(names).containsExactly("Send", "Push", "Pull", "Stream", "Transfer", "Route");
        final PrintStream console = System.out;
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (TestBroker broker = TestBroker.start(directory.resolve("data"));
                URLClassLoader classes =
                        new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            for (final String name : names) {
                classes.loadClass(name).getMethod("main", String[].class).invoke(null, (Object)
                        new String[] {"127.0.0.1:" + broker.port()});
            }
        } finally {
            System.setOut(console);
        }

        assertThat(said.toString(StandardCharsets.UTF_8))
                .containsSubsequence(
                        "sent ", "pushed hello", "pulled hello", "streamed hello", "transferred", "routed by [reds]");
    }

    private List<String> compile() throws IOException {
        Path guide = Path.of("docs/guide/openmessaging.md");
        if (!Files.exists(guide)) {
            guide = Path.of("..").resolve(guide);
        }
        final List<String> names = new ArrayList<>();
        final List<String> arguments = new ArrayList<>(
                List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", directory.toString()));
        final Matcher programs = PROGRAM.matcher(Files.readString(guide));
        while (programs.find()) {
            final Matcher name = NAME.matcher(programs.group(1));
            assertThat(name.find()).isTrue();
            names.add(name.group(1));
            final Path source = directory.resolve(name.group(1) + ".java");
            Files.writeString(source, programs.group(1));
            arguments.add(source.toString());
        }
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new)))
                .as("exit of the compiler")
                .isZero();
        return names;
    }
}
