package io.ansermq.spring.boot;

import io.ansermq.jms.AnserConnectionFactory;

/** Makes connection factories as the properties say. Stateless. */
final class AnserConnectionFactories {

    private AnserConnectionFactories() {}

    static AnserConnectionFactory create(final AnserConnectionDetails details, final AnserProperties properties) {
        final AnserConnectionFactory factory =
                new AnserConnectionFactory(details.user(), details.password(), details.brokerUrl());
        final AnserProperties.Packages packages = properties.getPackages();
        if (packages.isTrustAll()) {
            factory.setDeserializationAllowList("*");
        } else if (!packages.getTrusted().isEmpty()) {
            factory.setDeserializationAllowList(String.join(",", packages.getTrusted()));
        }
        return factory;
    }
}
