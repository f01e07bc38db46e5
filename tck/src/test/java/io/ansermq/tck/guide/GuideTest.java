package io.ansermq.tck.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.Broker;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.SmallBroker;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the guide and the README say in Java compiles, and runs where {@code <!-- runs -->} stands before it. */
class GuideTest {

    private static final String ADDRESS = "anser://127.0.0.1:10911";

    @TempDir
    Path directory;

    static List<GuideProgram> programs() throws IOException {
        final List<GuideProgram> programs = new ArrayList<>(GuideProgram.of(Path.of("../README.md")));
        try (Stream<Path> pages = Files.list(Path.of("../docs/guide"))) {
            for (final Path page : pages.sorted().toList()) {
                programs.addAll(GuideProgram.of(page));
            }
        }
        return programs;
    }

    @ParameterizedTest
    @MethodSource("programs")
    void shouldCompile(final GuideProgram program) throws IOException {
        assertThat(compile(program, ADDRESS)).isEmpty();
    }

    static Stream<GuideProgram> runningPrograms() throws IOException {
        return programs().stream().filter(GuideProgram::runs);
    }

    @ParameterizedTest
    @MethodSource("runningPrograms")
    void shouldRun(final GuideProgram program) throws Exception {
        try (Broker broker = Broker.start(
                        SmallBroker.options(directory.resolve("data")).build());
                URLClassLoader loader = new URLClassLoader(
                        new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
            final String address = "anser://127.0.0.1:" + broker.port();
            assertThat(compile(program, address)).isEmpty();
            final Class<?> type = loader.loadClass(program.className());
            final Field factory = type.getDeclaredField("factory");
            factory.setAccessible(true);
            factory.set(null, new AnserConnectionFactory(address));
            run(type);
        }
    }

    private static void run(final Class<?> type) throws Exception {
        final Constructor<?> constructor = type.getDeclaredConstructor();
        final Method run = type.getDeclaredMethod("run");
        run.setAccessible(true);
        try {
            run.invoke(constructor.newInstance());
        } catch (final InvocationTargetException e) {
            throw new AssertionError("the program failed: " + e.getCause(), e.getCause());
        }
    }

    @Test
    void shouldFindThePrograms() throws IOException {
        assertThat(programs()).hasSizeGreaterThan(8);
        assertThat(runningPrograms()).isNotEmpty();
    }

    /** What the compiler complains of; empty when it does not. */
    private String compile(final GuideProgram program, final String address) throws IOException {
        final Path source = directory.resolve(program.className() + ".java");
        Files.writeString(source, program.source().replace(ADDRESS, address));
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final StringWriter complaints = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            final boolean good = compiler.getTask(
                            complaints,
                            files,
                            null,
                            List.of(
                                    "-d",
                                    directory.toString(),
                                    "-proc:none",
                                    "-cp",
                                    System.getProperty("java.class.path")),
                            null,
                            files.getJavaFileObjects(source))
                    .call();
            return good ? "" : complaints.toString();
        }
    }
}
