package io.ansermq.tck.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The class path of a process, cut out of the one that Maven gave this test. Immutable.
 *
 * @param entries directories and jars
 */
public record ClassPath(List<Path> entries) {

    /** What an application gets with {@code io.ansermq:anser-jms-provider}; whatever is added here lands in it. */
    private static final List<String> PROVIDER_ARTIFACTS = List.of(
            "anser-jms-provider",
            "anser-client",
            "anser-remoting",
            "jakarta.jms-api",
            "jspecify",
            "kryo",
            "minlog",
            "netty-buffer",
            "netty-codec-base",
            "netty-common",
            "netty-handler",
            "netty-resolver",
            "netty-transport",
            "netty-transport-native-unix-common",
            "objenesis",
            "reflectasm",
            "slf4j-api");

    /** Everything but the tests themselves: the server as its distribution has it, and more than that. */
    public static ClassPath server() {
        return new ClassPath(all().filter(path -> !path.endsWith("test-classes")
                        && !path.getFileName().toString().endsWith("-tests.jar"))
                .toList());
    }

    /** Everything that this test has. */
    public static ClassPath tests() {
        return new ClassPath(all().toList());
    }

    /** The JMS provider and what it needs at run time, and nothing else. */
    public static ClassPath provider() {
        return new ClassPath(all().filter(path -> PROVIDER_ARTIFACTS.contains(artifactOf(path)))
                .toList());
    }

    /** The same with a directory in front. */
    public ClassPath withFirst(Path directory) {
        final List<Path> more = new ArrayList<>();
        more.add(directory);
        more.addAll(entries);
        return new ClassPath(List.copyOf(more));
    }

    private static Stream<Path> all() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(Files::exists);
    }

    /** {@code x/jms-provider/target/classes} and {@code x/anser-jms-provider-1.0.jar} are both anser-jms-provider. */
    private static String artifactOf(Path path) {
        if (path.endsWith("classes")) {
            Path parent = path;
            while (!parent.endsWith("target")) {
                parent = parent.getParent();
            }
            return "anser-" + parent.getParent().getFileName();
        }
        return path.getFileName().toString().replaceFirst("-\\d.*\\.jar$", "");
    }

    @Override
    public String toString() {
        return String.join(
                File.pathSeparator, entries.stream().map(Path::toString).toList());
    }
}
