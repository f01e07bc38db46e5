/** The resource adapter in real Jakarta EE servers, driven by Arquillian from outside; the broker runs in the test's JVM. */
package io.ansermq.tck.servers;
