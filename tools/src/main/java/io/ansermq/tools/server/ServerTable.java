package io.ansermq.tools.server;

import io.ansermq.broker.BrokerOptions;
import io.ansermq.broker.OptionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every option of {@code anser server} that also has a line in the properties file: the broker's own table, and what
 * the process adds to it. Stateless.
 */
public final class ServerTable {

    /** The port of the name server in the same process. */
    public static final OptionSpec NAMESRV_PORT = new OptionSpec(
            "namesrv-port",
            "9876",
            OptionSpec.Type.NUMBER,
            "Port of the name server in this process, on the same address; 0 for none.");

    /** The name servers of other processes. */
    public static final OptionSpec NAMESRV = new OptionSpec(
            "namesrv",
            "",
            OptionSpec.Type.TEXT,
            "Name servers of other processes to register with, as host:port, several with a semicolon between them.");

    private static final String FAMILY = "*";

    private ServerTable() {}

    /** All of them, in the order of the reference. */
    public static List<OptionSpec> specs() {
        final List<OptionSpec> all = new ArrayList<>(BrokerOptions.specs());
        all.addAll(2, List.of(NAMESRV_PORT, NAMESRV));
        return List.copyOf(all);
    }

    /** The entry that a name belongs to: its own, or the family's for a name such as {@code flush.orders}. */
    static Optional<OptionSpec> find(final String name) {
        return specs().stream().filter(spec -> covers(spec, name)).findFirst();
    }

    /** Whether the entry stands for any name that begins so. */
    static boolean isFamily(final OptionSpec spec) {
        return spec.name().endsWith(FAMILY);
    }

    /** What the names of a family begin with, for instance {@code flush.}. */
    static String prefix(final OptionSpec family) {
        return family.name().substring(0, family.name().length() - FAMILY.length());
    }

    private static boolean covers(final OptionSpec spec, final String name) {
        return isFamily(spec)
                ? name.startsWith(prefix(spec)) && name.length() > prefix(spec).length()
                : name.equals(spec.name());
    }
}
