package io.ansermq.openmessaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.openmessaging.OMS;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

/** Every method of every interface of the API, found by reflection, has a row that calls it and looks what it did. */
class ApiTest {

    @TempDir
    private static Path data;

    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws IOException {
        fixture = new ApiFixture(data);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void shouldHaveARowForEveryMethodOfTheApi() {
        assertThat(rows().keySet()).containsExactlyInAnyOrderElementsOf(methodsOfTheApi());
    }

    @TestFactory
    Stream<DynamicTest> shouldDoWhatEachMethodSays() {
        return rows().entrySet().stream().map(row -> DynamicTest.dynamicTest(row.getKey(), row.getValue()));
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

    private static Map<String, Executable> rows() {
        final Map<String, Executable> all = new TreeMap<>();
        Stream.of(
                        new AccessPointRows(fixture),
                        new ValueRows(fixture),
                        new ProducerRows(fixture),
                        new TransactionRows(fixture),
                        new PushRows(fixture),
                        new PullRows(fixture),
                        new StreamRows(fixture),
                        new ManagerRows(fixture))
                .forEach(each -> each.rows().forEach((method, check) -> assertThat(all.put(method, check))
                        .as("second row of %s", method)
                        .isNull()));
        return all;
    }
}
