package io.ansermq.tck.program;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** The programs prove something only as long as they could have been written by anybody. */
class ProgramsTest {

    @Test
    void shouldUseNothingButJakartaMessagingAndTheJdk() {
        final JavaClasses programs = new ClassFileImporter()
                .withImportOption(location -> !location.contains("ProgramsTest"))
                .importPackages("io.ansermq.tck.program");

        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "javax.naming..", "jakarta.jms..", "org.jspecify..", "io.ansermq.tck.program")
                .check(programs);
    }
}
