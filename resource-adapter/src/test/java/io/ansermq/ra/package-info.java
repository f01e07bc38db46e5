/** The rules of Jakarta Connectors and Messaging for adapters, against small doubles of a server and a real broker. */
package io.ansermq.ra;
