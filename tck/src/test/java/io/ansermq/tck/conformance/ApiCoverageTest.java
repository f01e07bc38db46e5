package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import jakarta.jms.Message;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No method of {@code jakarta.jms} is without a case: lists them by reflection, and looks in the byte code of the cases who
 * calls them. A call through a subtype counts for the method that it overrides.
 */
class ApiCoverageTest {

    /** What providers call and applications implement: a case would test the caller. */
    private static final Set<String> CALLBACKS =
            Set.of("MessageListener", "ExceptionListener", "CompletionListener", "ServerSessionPool", "ServerSession");

    @Test
    void shouldCallEveryMethodOfTheApiInSomeCase() {
        final Set<String> uncovered = new TreeSet<>(methodsOfTheApi());
        assertThat(uncovered).hasSizeGreaterThan(300);
        uncovered.removeAll(called());

        assertThat(uncovered).as("methods of jakarta.jms that no case calls").isEmpty();
    }

    private static Set<String> methodsOfTheApi() {
        final JavaClasses api = new ClassFileImporter().importPackagesOf(Message.class);
        return api.stream()
                .filter(each -> each.getPackageName().equals("jakarta.jms"))
                .filter(each -> !each.isAssignableTo(Throwable.class) && !each.isAnnotation())
                .filter(each -> !CALLBACKS.contains(each.getSimpleName()))
                .map(JavaClass::reflect)
                .flatMap(ApiCoverageTest::executables)
                .collect(Collectors.toSet());
    }

    private static Stream<String> executables(final Class<?> type) {
        return Stream.concat(
                        Arrays.stream(type.getDeclaredMethods()),
                        type.isInterface() ? Stream.empty() : Arrays.stream(type.getConstructors()))
                .filter(each -> Modifier.isPublic(each.getModifiers()) && !each.isSynthetic())
                .map(each -> signature(type, each));
    }

    private static String signature(final Class<?> type, final Executable executable) {
        final String name = executable instanceof java.lang.reflect.Method ? executable.getName() : "<init>";
        return type.getSimpleName() + "."
                + name
                + Arrays.stream(executable.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    /** Each method that is called, under the name of every type that declares it. */
    private static Set<String> called() {
        final Set<String> called = new HashSet<>();
        for (final JavaClass each : new ClassFileImporter().importPackagesOf(ApiCoverageTest.class)) {
            Stream.of(
                            each.getMethodCallsFromSelf(),
                            each.getMethodReferencesFromSelf(),
                            each.getConstructorCallsFromSelf(),
                            each.getConstructorReferencesFromSelf())
                    .flatMap(Set::stream)
                    .map(access -> (CodeUnitAccessTarget) ((JavaAccess<?>) access).getTarget())
                    .forEach(target -> addTo(called, target));
        }
        return called;
    }

    private static void addTo(final Set<String> called, final CodeUnitAccessTarget target) {
        final String call = target.getName()
                + target.getRawParameterTypes().stream()
                        .map(JavaClass::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
        Stream.concat(
                        Stream.of(target.getOwner()),
                        Stream.concat(
                                target.getOwner().getAllRawInterfaces().stream(),
                                target.getOwner().getAllRawSuperclasses().stream()))
                .filter(type -> type.getPackageName().equals("jakarta.jms"))
                .forEach(type -> called.add(type.getSimpleName() + "." + call));
    }
}
