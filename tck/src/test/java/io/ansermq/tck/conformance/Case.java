package io.ansermq.tck.conformance;

/**
 * One promise of the specification and how to see that it is kept.
 *
 * @param section of Jakarta Messaging 3.1: {@code 6.2.10}, or the Javadoc of a method: {@code Session.recover}
 * @param promise in a sentence
 */
record Case(String section, String promise, Check check) {

    /** Looks whether a promise is kept; anything thrown says that it is not. */
    @FunctionalInterface
    interface Check {
        void run(Scene scene) throws Exception;
    }

    /** The same for each row of a table. */
    @FunctionalInterface
    interface RowCheck<R> {
        void run(Scene scene, R row) throws Exception;
    }

    @Override
    public String toString() {
        return section + ": " + promise;
    }
}
