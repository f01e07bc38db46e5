package io.ansermq.broker.ledger;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;

/**
 * A queue or a topic.
 *
 * @param id its number in this broker, from 1; never reused
 * @param kind queue or topic
 * @param name its name in Jakarta Messaging
 * @param topic its name in the RocketMQ world, which its records carry
 */
public record Destination(int id, DestinationKind kind, String name, String topic) {}
