package io.ansermq.ra;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What JDK 17 remembers of records, in one place for all class loaders: for which record each of their methods was linked last. When
 * it is one of ours, that keeps our classes until a method of another one is called for the first time.
 */
final class LastRecord {
    private static final Logger LOG = LoggerFactory.getLogger(LastRecord.class);

    private LastRecord() {}

    /** Makes the JDK remember a class of its own. */
    static void forget() {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            final MethodHandle component =
                    lookup.findVirtual(String.class, "strip", MethodType.methodType(String.class));
            for (final String method : List.of("equals", "hashCode", "toString")) {
                ObjectMethods.bootstrap(lookup, method, MethodHandle.class, String.class, "text", component);
            }
        } catch (Throwable e) {
            // A JDK that wants a record there is a later one, and remembers none.
            LOG.debug("records are not forgotten", e);
        }
    }
}
