/** OpenMessaging against a server process: the scenarios of the published samples, and what kills must not break. */
package io.ansermq.tck.openmessaging;
