package io.ansermq.namesrv;

/**
 * A broker as others find it.
 *
 * @param cluster the cluster it belongs to
 * @param name its name; a master and its slaves share it
 * @param id 0 for the master, its own number for each slave
 * @param address {@code host:port} for clients
 * @param haAddress {@code host:port} for its slaves, empty when there is none
 */
public record BrokerInfo(String cluster, String name, long id, String address, String haAddress) {

    /** The id of a master. */
    public static final long MASTER = 0;

    /** Checks what clients and other brokers rely on. */
    public BrokerInfo {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a broker needs a name");
        }
        if (id < 0) {
            throw new IllegalArgumentException("broker " + name + ": negative id " + id);
        }
        if (!isHostAndPort(address)) {
            throw new IllegalArgumentException("broker " + name + ": its address '" + address + "' is not host:port");
        }
    }

    /** A master without slaves. */
    public static BrokerInfo master(final String cluster, final String name, final String address) {
        return new BrokerInfo(cluster, name, MASTER, address, "");
    }

    /** Whether a text is {@code host:port}. */
    static boolean isHostAndPort(final String address) {
        final int colon = address.lastIndexOf(':');
        final String port = address.substring(colon + 1);
        return colon > 0 && port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65_535;
    }
}
