package io.ansermq.tck;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.RandomAccessFile;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The layering of AnserMQ, stated once.
 *
 * <p><strong>Think before you edit this file.</strong> A rule that fails says that code stands in the wrong place far
 * more often than that the rule is wrong: a ledger that wants a clock should be given the time, a store that wants to
 * know a subscription should be told a number. Loosening a rule needs a decision note in {@code docs/decisions}; so
 * does an exception to one. Tightening needs nothing.
 *
 * <p>Only main classes are looked at. Tests may reach further, for instance to start a broker beside the provider.
 */
class ArchitectureTest {

    /** What a module's classes may see of AnserMQ besides themselves; a package missing here fails the test. */
    private static final List<Layer> LAYERS = List.of(
            layer("remoting"),
            layer("store", "io.ansermq.remoting.protocol.."),
            layer("broker", "io.ansermq.store..", "io.ansermq.remoting.."),
            layer("namesrv", "io.ansermq.remoting.."),
            layer("client", "io.ansermq.remoting.."),
            layer("jms", "io.ansermq.client..", "io.ansermq.remoting.."),
            layer("ra", "io.ansermq.jms..", "io.ansermq.remoting.."),
            layer("spring", "io.ansermq.jms.."),
            layer("junit", "io.ansermq.jms..", "io.ansermq.broker.."),
            layer("openmessaging", "io.ansermq.client..", "io.ansermq.remoting.."),
            layer("tools", "io.ansermq.."),
            layer("tck", "io.ansermq.."));

    /** Pure state machines and predicates: everything they know arrives as an argument. */
    private static final String[] PURE = {"io.ansermq.broker.ledger..", "io.ansermq.broker.selector.."};

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.ansermq");

    static Stream<Layer> layers() {
        return LAYERS.stream();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void shouldSeeOnlyTheLayersBelow(final Layer layer) {
        assertThat(CLASSES.that(resideInAnyPackage(layer.root() + "..")))
                .as("main classes of %s on the class path of this test", layer)
                .isNotEmpty();

        check(onlyVisible(layer.root() + "..", layer.below().toArray(String[]::new)));
    }

    @Test
    void shouldNameEveryModule() {
        final List<String> strangers = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> LAYERS.stream().noneMatch(layer -> (name + '.').startsWith(layer.root() + '.')))
                .distinct()
                .toList();

        assertThat(strangers).as("packages that belong to no layer above").isEmpty();
    }

    @Test
    void protocolShouldDoNoInputOrOutput() {
        check(noClasses()
                .that()
                .resideInAPackage("io.ansermq.remoting.protocol..")
                .should()
                .dependOnClassesThat(filesOrSockets().or(nettyBesidesBuffers()))
                .because("the wire and log formats are values and their encoding; transport moves them"));
    }

    @Test
    void protocolShouldNotKnowTheTransport() {
        check(onlyVisible("io.ansermq.remoting.protocol.."));
    }

    @Test
    void ledgerAndSelectorShouldBePure() {
        check(noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.io..", "io.netty..", "com.lmax..")
                        .or(filesOrSockets())
                        .or(threads()))
                .because("state is decided purely and applied by replay: no I/O, no threads, no Netty"));
    }

    @Test
    void ledgerAndSelectorShouldSeeRecordsAlone() {
        check(onlyVisible("io.ansermq.broker.ledger..", "io.ansermq.remoting.protocol.."));
        check(onlyVisible("io.ansermq.broker.selector..", "io.ansermq.remoting.protocol.."));
    }

    @Test
    void ledgerAndSelectorShouldBeToldTheTime() {
        check(noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat(assignableTo(Clock.class))
                .because("time comes in as an argument, so that a replay decides the same"));
    }

    /** Two packages that need each other are one package, or hide a third. */
    @Test
    void packagesShouldFormNoCycles() {
        check(slices().matching("io.ansermq.(*).(**)").should().beFreeOfCycles());
        check(slices().matching("io.ansermq.(*)..").should().beFreeOfCycles());
    }

    @Test
    void packagesShouldBeNullMarkedAndDescribed() {
        final List<String> unmarked = new ArrayList<>();
        CLASSES.getPackage("io.ansermq").traversePackageTree(ArchitectureTest::hasClasses, javaPackage -> {
            if (!javaPackage.isAnnotatedWith(NullMarked.class)) {
                unmarked.add(javaPackage.getName());
            }
        });

        assertThat(unmarked)
                .as("packages without a package-info.java that is @NullMarked")
                .isEmpty();
    }

    /** What {@code here} may see of AnserMQ: itself and what is listed. */
    private static ArchRule onlyVisible(final String here, final String... visible) {
        return noClasses()
                .that()
                .resideInAPackage(here)
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.ansermq..")
                        .and(not(resideInAnyPackage(here)))
                        .and(not(resideInAnyPackage(visible))))
                .because("modules and pure packages see only what is listed: docs/internals/modules.md");
    }

    /** A rule about a package that does not exist yet holds. */
    private static void check(final ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> filesOrSockets() {
        return resideInAnyPackage("java.nio.channels..", "java.nio.file..", "java.net..")
                .or(belongToAnyOf(File.class, RandomAccessFile.class))
                .or(assignableTo("java.io.FileInputStream"))
                .or(assignableTo("java.io.FileOutputStream"))
                .or(assignableTo("java.io.FileDescriptor"))
                .as("files or sockets");
    }

    private static DescribedPredicate<JavaClass> threads() {
        return resideInAnyPackage("java.util.concurrent..")
                .or(belongToAnyOf(Thread.class))
                .or(type(ThreadLocal.class))
                .as("threads");
    }

    /** A buffer's type is reference counted, which lives in Netty's util package. */
    private static DescribedPredicate<JavaClass> nettyBesidesBuffers() {
        return resideInAnyPackage("io.netty..")
                .and(not(resideInAnyPackage("io.netty.buffer..", "io.netty.util..")))
                .as("Netty besides its buffers");
    }

    private static boolean hasClasses(final JavaPackage javaPackage) {
        return !javaPackage.getClasses().isEmpty();
    }

    private static Layer layer(final String name, final String... below) {
        return new Layer("io.ansermq." + name, List.of(below));
    }

    private record Layer(String root, List<String> below) {
        @Override
        public String toString() {
            return root;
        }
    }
}
