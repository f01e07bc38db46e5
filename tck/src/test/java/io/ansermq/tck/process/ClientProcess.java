package io.ansermq.tck.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts the programs of {@code io.ansermq.tck.program}: their classes and a {@code jndi.properties} stand in a directory
 * of their own, in front of a class path that the caller chooses.
 */
public final class ClientProcess {
    private static final String PACKAGE = "io.ansermq.tck.program.";

    private ClientProcess() {}

    /**
     * A directory with the programs and their {@code jndi.properties}.
     *
     * @param uri where their connections go
     */
    public static Path programs(Evidence evidence, String uri) {
        final Path directory = evidence.directory().resolve("programs");
        final Path packagePath = Path.of(PACKAGE.replace('.', '/'));
        final Path compiled = Path.of(ClientProcess.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .resolve(packagePath);
        try {
            Files.createDirectories(directory.resolve(packagePath));
            try (DirectoryStream<Path> classes = Files.newDirectoryStream(compiled, "*.class")) {
                for (final Path file : classes) {
                    Files.copy(file, directory.resolve(packagePath).resolve(file.getFileName()));
                }
            }
            Files.writeString(directory.resolve("jndi.properties"), """
                    java.naming.factory.initial = io.ansermq.jms.jndi.AnserInitialContextFactory
                    java.naming.provider.url = %s
                    queue.jms/Letters = letters
                    """.formatted(uri));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory;
    }

    /**
     * Starts a program.
     *
     * @param name    what to call its output files
     * @param program the simple name of its class
     */
    public static JavaProcess start(
            Evidence evidence, String name, ClassPath classPath, String program, String... arguments) {
        return JavaProcess.start(evidence, name, List.of("-Xmx128m"), classPath, PACKAGE + program, List.of(arguments));
    }
}
