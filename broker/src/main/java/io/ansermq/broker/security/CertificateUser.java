package io.ansermq.broker.security;

import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Which user a client is that has shown a certificate and names nobody. */
public enum CertificateUser {
    /** None: certificates say who may connect, and no more. */
    NONE,
    /** Its common name: {@code ann} for {@code CN=ann,O=Example}. */
    COMMON_NAME,
    /** Its subject as a whole, as RFC 2253 writes it: {@code CN=ann,O=Example}. */
    SUBJECT;

    /** The user; null when the certificate names none that could be one. */
    public @Nullable String userOf(final X500Principal subject) {
        final String name =
                switch (this) {
                    case NONE -> null;
                    case COMMON_NAME -> commonName(subject);
                    case SUBJECT -> subject.getName();
                };
        return name != null && UserFile.isName(name) ? name : null;
    }

    /** The most specific one. */
    private static @Nullable String commonName(final X500Principal subject) {
        try {
            String found = null;
            // The most specific part stands first in the text and comes last here.
            for (final Rdn each : new LdapName(subject.getName()).getRdns()) {
                if (each.getType().equalsIgnoreCase("CN") && each.getValue() instanceof String text) {
                    found = text;
                }
            }
            return found;
        } catch (InvalidNameException e) {
            return null;
        }
    }
}
