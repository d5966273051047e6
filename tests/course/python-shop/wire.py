"""Kafka by kafka-python: gzip, batches, an offset commit a batch. Run as a program: the commands `topics` and `publish`."""
import json
import logging
import os
import sys
import threading
import time

from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from events import TOPICS, order_in, parse

ADDRESS = os.environ.get("KAFKA_BROKERS", "localhost:9092")
BROKERS = ADDRESS.split(",")
logging.disable(logging.CRITICAL)


def producer():
    return KafkaProducer(bootstrap_servers=BROKERS, acks="all", compression_type="gzip", linger_ms=5,
                         max_block_ms=8000, bootstrap_timeout_ms=8000)


class Mouth:
    """Says events on their topics; a call returns when the broker has stored them all."""

    def __init__(self):
        self.lock, self.producer = threading.Lock(), None

    def tell(self, events):
        if not events:
            return
        with self.lock:
            self.producer = self.producer or producer()
            sent = [self.producer.send(one["eventType"], key=one["data"]["orderId"].encode(), value=json.dumps(one).encode(),
                                       headers=[("shop", b"python"), ("empty", b"")]) for one in events]
        for future in sent:
            future.get(timeout=20)


def follow(group, topics, decide, stop):
    """Works through the topics until `stop` is set. What `decide` says of an order is told before its offset is committed."""
    mouth, done = Mouth(), set()
    consumer = KafkaConsumer(*topics, bootstrap_servers=BROKERS, group_id=group, enable_auto_commit=False,
                             auto_offset_reset="earliest", session_timeout_ms=6000, heartbeat_interval_ms=1000,
                             max_poll_records=40, fetch_max_wait_ms=100)
    while not stop.is_set():
        answers, ends, seen = [], {}, []
        for place, records in consumer.poll(timeout_ms=200).items():
            for record in records:
                order = order_in(record.value)
                if order is None:
                    print("skipped", place.topic, record.offset)
                elif (place.topic, order["orderId"]) not in done:
                    seen.append((place.topic, order["orderId"]))
                    answers += decide(place.topic, order)
            ends[TopicPartition(place.topic, place.partition)] = OffsetAndMetadata(records[-1].offset + 1, "", -1)
        mouth.tell(answers)
        done.update(seen)
        if ends:
            try:
                consumer.commit(ends)
            except KafkaError as error:
                print("not committed, will come again:", error)
    consumer.close()


def patiently(work, stop):
    """Kafka may not be there yet."""
    while not stop.is_set():
        try:
            return work()
        except KafkaError as error:
            print("waiting for Kafka:", error, file=sys.stderr)
            time.sleep(0.5)


def make_topics():
    admin = KafkaAdminClient(bootstrap_servers=BROKERS, bootstrap_timeout_ms=6000)
    there = set(admin.list_topics())
    for name in [*TOPICS, "python-shop-notes"]:
        if name not in there:
            try:
                admin.create_topics([NewTopic(name=name, num_partitions=3, replication_factor=1)])
            except TopicAlreadyExistsError:
                pass
    admin.close()
    print("all topics are there")


def publish():
    out, sent = producer(), []
    for text in sys.stdin:
        if text.strip():
            line = parse(text)
            key = line["event"]["data"]["orderId"].encode()
            sent.append(out.send(line["topic"], key=key, value=json.dumps(line["event"], sort_keys=True).encode()))
    out.flush()
    for future in sent:
        future.get(timeout=20)
    out.close()


if __name__ == "__main__":
    try:
        {"topics": make_topics, "publish": publish}[sys.argv[1]]()
    except KafkaError as error:
        sys.exit("Warning: Kafka at %s did not do it: %r" % (ADDRESS, error))
