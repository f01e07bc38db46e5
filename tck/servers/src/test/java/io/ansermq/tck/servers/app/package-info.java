/** The application that is deployed on Jakarta EE servers: what it does is asked for over HTTP. */
package io.ansermq.tck.servers.app;
