package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.reflect.Constructor;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Counts the suite. */
class SuiteTest {
    /** What there is must not get lost. */
    private static final int LEAST = 600;

    @Test
    void shouldHaveAllItsCases() throws ReflectiveOperationException {
        final Map<String, Integer> counts = new TreeMap<>();
        for (final JavaClass each : new ClassFileImporter().importPackagesOf(SuiteTest.class)) {
            if (each.isAssignableTo(Conformance.class) && !each.getModifiers().contains(JavaModifier.ABSTRACT)) {
                final Constructor<?> constructor = each.reflect().getDeclaredConstructor();
                constructor.setAccessible(true);
                final Conformance conformance = (Conformance) constructor.newInstance();
                counts.put(each.getSimpleName(), conformance.all().size());
            }
        }
        final int total = counts.values().stream().mapToInt(Integer::intValue).sum();
        System.out.println("Conformance: " + total + " cases, each over TCP and in the JVM " + counts);

        assertThat(total).isGreaterThanOrEqualTo(LEAST);
    }
}
