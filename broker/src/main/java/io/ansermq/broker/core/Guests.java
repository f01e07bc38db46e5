package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ControlHeader;
import java.util.List;

/** Several guests, asked in their order. */
public record Guests(List<CoreGuest> all) implements CoreGuest {

    @Override
    public void attach(final CoreDesk desk) {
        for (final CoreGuest guest : all) {
            guest.attach(desk);
        }
    }

    @Override
    public int doWork(final long nowEpochMs) {
        int work = 0;
        for (int i = 0; i < all.size(); i++) {
            work += all.get(i).doWork(nowEpochMs);
        }
        return work;
    }

    @Override
    public boolean isIdle() {
        for (int i = 0; i < all.size(); i++) {
            if (!all.get(i).isIdle()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean request(final ClientLink link, final ControlHeader header, final int opaque) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).request(link, header, opaque)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void destinationAdded(final DestinationState destination) {
        for (final CoreGuest guest : all) {
            guest.destinationAdded(destination);
        }
    }

    @Override
    public void closed(final ClientLink link) {
        for (final CoreGuest guest : all) {
            guest.closed(link);
        }
    }
}
