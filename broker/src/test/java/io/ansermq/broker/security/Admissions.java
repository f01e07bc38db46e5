package io.ansermq.broker.security;

/** Who may connect, in tests. */
public final class Admissions {
    private Admissions() {}

    /** Lets in the users of a file, nobody without one, and gives nobody a role. */
    public static Admission of(final UserFile users) {
        final Audit audit = new Audit(Runnable::run);
        return new Admission(
                users,
                Anonymous.NONE,
                CertificateUser.NONE,
                new AccessControl(() -> Roles.NONE, Anonymous.NONE, audit),
                audit,
                Runnable::run);
    }
}
