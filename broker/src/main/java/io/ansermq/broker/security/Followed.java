package io.ansermq.broker.security;

import java.io.IOException;

/** Something made of files that a running broker follows. Thread safe. */
@FunctionalInterface
public interface Followed {

    /**
     * Looks whether the files have changed, and takes that in; reads files.
     *
     * @return whether they had
     * @throws IOException in one clear line when they cannot be used: then what they said before holds
     */
    boolean refresh() throws IOException;
}
