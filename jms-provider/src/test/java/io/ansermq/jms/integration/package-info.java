/** The provider against the real broker, through {@code jakarta.jms} alone. */
package io.ansermq.jms.integration;
