package io.ansermq.tck.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** What a JVM that runs beside this one has loaded, as the JDK's own jcmd tells. */
final class LoadedClasses {
    private LoadedClasses() {}

    /**
     * How many class loaders of a JVM have a class, after garbage of its was collected.
     *
     * @param pid the JVM's process
     * @param name of the class
     */
    static long loaders(final long pid, final String name) throws IOException {
        jcmd(pid, "GC.run");
        return jcmd(pid, "VM.class_hierarchy", name)
                .lines()
                .filter(each -> each.contains(name + '/'))
                .count();
    }

    private static String jcmd(final long pid, final String... command) throws IOException {
        final String jcmd =
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        final ProcessBuilder builder = new ProcessBuilder(jcmd, String.valueOf(pid)).redirectErrorStream(true);
        builder.command().addAll(List.of(command));
        final Process process = builder.start();
        final String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", builder.command()) + ": " + answer);
        }
        return answer;
    }
}
