"""The test command: places orders, reads all topics, and says which order did not go a way that an order may go."""
import json
import os
import sys
import time
import urllib.request

from kafka import KafkaConsumer, TopicPartition

from events import TOPICS, order_in
from wire import BROKERS

URL = os.environ.get("ORDER_URL", "http://localhost:5000")
LOG = os.environ.get("NOTIFICATION_LOG")
AMOUNT = 19.5
WAYS = {
    ("order-created", "payment-success", "stock-reserved"): "CONFIRMED",
    ("order-cancelled", "order-created", "payment-failed"): "CANCELLED",
    ("order-cancelled", "order-created", "payment-refunded", "payment-success", "stock-failed"): "CANCELLED",
}
seen, amounts = {}, set()
consumer = KafkaConsumer(bootstrap_servers=BROKERS, auto_offset_reset="earliest", enable_auto_commit=False)
consumer.assign([TopicPartition(topic, partition) for topic in TOPICS for partition in range(3)])
consumer.seek_to_beginning()


def ask(path, body=None):
    request = urllib.request.Request(URL + path, body and json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


def place(product):
    return str(ask("/api/orders", {"productId": product, "quantity": 1, "amount": AMOUNT})["orderId"])


def listen():
    for place_, records in consumer.poll(timeout_ms=100).items():
        for record in records:
            order = order_in(record.value)
            if order is not None:
                seen.setdefault(order["orderId"], []).append(place_.topic)
                amounts.add((order["orderId"], order["amount"]))


def mailed(order):
    lines = open(LOG, encoding="utf-8").read().splitlines() if LOG else ["email sent " + order]
    return any("email sent" in line.lower() and order in line for line in lines)


def settled(order):
    status = WAYS.get(tuple(sorted(seen.get(order, []))))
    if status is None or ask("/api/orders/" + order)["status"] != status:
        return False
    return status == "CANCELLED" or mailed(order)


orders = [place(product) for _ in range(12) for product in (201, "nowhere")]
end = time.time() + 8
while time.time() < end and not all(settled(order) for order in orders):
    listen()
quiet = time.time() + 1.5
while time.time() < quiet:
    listen()
wrong = ["%s: %s" % (order, seen.get(order)) for order in orders if not settled(order)]
wrong += ["%s has another amount" % order for order, amount in amounts if order in orders and amount != AMOUNT]
print("\n".join(wrong) or "every order went a good way")
consumer.close(autocommit=False)
sys.exit(1 if wrong else 0)
