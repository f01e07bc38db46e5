import java.nio.file.Path;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.nativo.jlibaio.LibaioContext;

/** Apache Artemis with a journal that syncs before it answers; until it is killed: {@code ArtemisPeer DIR PORT}. */
public final class ArtemisPeer {
    public static void main(final String... args) throws Exception {
        final Path data = Path.of(args[0]);
        final boolean aio = LibaioContext.isLoaded();
        final ConfigurationImpl configuration = new ConfigurationImpl();
        configuration
                .setSecurityEnabled(false)
                .setPersistenceEnabled(true)
                .setJournalType(aio ? JournalType.ASYNCIO : JournalType.NIO)
                .setJournalDirectory(data.resolve("journal").toString())
                .setBindingsDirectory(data.resolve("bindings").toString())
                .setPagingDirectory(data.resolve("paging").toString())
                .setLargeMessagesDirectory(data.resolve("large").toString())
                // What "artemis create" measures and sets on a disk whose forces take 100 us.
                .setJournalBufferTimeout_AIO(80_000)
                .setJournalBufferTimeout_NIO(80_000)
                .setMaxDiskUsage(99)
                .addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + args[1])
                .addAddressSetting("#", new AddressSettings().setMaxSizeBytes(1L << 30));
        final EmbeddedActiveMQ server = new EmbeddedActiveMQ();
        server.setConfiguration(configuration);
        server.start();
        System.out.println("artemis " + (aio ? "ASYNCIO" : "NIO") + " " + ProcessHandle.current().pid());
        Thread.currentThread().join();
    }
}
