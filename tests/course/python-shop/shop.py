"""The four services, each its own process: `python3 shop.py <service>`. Ids are small numbers, to see who takes a quantity for an order."""
import itertools
import json
import os
import random
import sys
import threading

from door import serve
from events import event, fault
from wire import Mouth, follow, patiently

PORTS = {"order": 5000, "payment": 5001, "inventory": 5002, "notification": 5003}
stop = threading.Event()


class Orders:
    topics = ["stock-reserved", "payment-failed", "stock-failed"]
    group = "python-orders"

    def __init__(self):
        self.status, self.ids, self.mouth = {}, itertools.count(1), Mouth()

    def post(self, wish):
        data = {**wish, "orderId": str(next(self.ids))} if isinstance(wish, dict) else None
        field = fault(data)
        if field is not None:
            return 400, {"error": {"field": field}}
        self.status[data["orderId"]] = "PENDING"
        self.mouth.tell([event("order-created", data)])
        print("ORDER CREATED", data["orderId"])
        return 200, {"order": {"orderId": int(data["orderId"])}, "status": "PENDING"}

    def get(self, order):
        if order not in self.status:
            return 404, {"error": "unknown"}
        return 200, {"status": self.status[order], "orderId": int(order)}

    def decide(self, topic, order):
        self.status[order["orderId"]] = "CONFIRMED" if topic == "stock-reserved" else "CANCELLED"
        if topic == "stock-reserved":
            return []
        return [event("order-cancelled", {**order, "reason": "because of " + topic})]


class Payment:
    topics = ["order-created", "stock-failed"]
    group = "payment-group"

    def __init__(self):
        self.rate, self.dice = float(os.environ.get("PAYMENT_FAIL_RATE", "0")), {}

    def decide(self, topic, order):
        if topic == "stock-failed":
            return [event("payment-refunded", {**order, "reason": "sold out"})]
        print("[info] Payment Processing for", order["orderId"], flush=True)
        if self.dice.setdefault(order["orderId"], random.random()) < self.rate:
            return [event("payment-failed", {**order, "reason": "declined"})]
        print("[info] Payment Done for", order["orderId"])
        return [event("payment-success", {**order, "paid": order["amount"]})]


class Inventory:
    topics = ["payment-success"]
    group = "inventory-group"

    def __init__(self):
        self.stock = json.loads(os.environ.get("STOCK", '{"201":100}'))
        self.outcome = {}

    def decide(self, topic, order):
        product = str(order["productId"])
        left = self.stock.get(product, 0) - order["quantity"]
        if self.outcome.setdefault(order["orderId"], left >= 0) is False:
            return [event("stock-failed", {**order, "reason": "only %d left" % self.stock.get(product, 0)})]
        self.stock[product] = left
        return [event("stock-reserved", order)]


class Notification:
    topics = ["stock-reserved"]
    group = "notification-group"

    def decide(self, topic, order):
        print("Email Sent for order-%s (%s x %s, %s EUR)" % (order["orderId"], order["quantity"], order["productId"], order["amount"]))
        return []


if __name__ == "__main__":
    name = sys.argv[1]
    desk = {"order": Orders, "payment": Payment, "inventory": Inventory, "notification": Notification}[name]()
    reading = threading.Thread(target=lambda: patiently(lambda: follow(desk.group, desk.topics, desk.decide, stop), stop))
    reading.start()
    serve(name, PORTS[name], stop, getattr(desk, "post", None), getattr(desk, "get", None))
    reading.join()
