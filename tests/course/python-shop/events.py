"""What an order and an event look like; run as a program, makes events of the lines that it reads."""
import datetime
import json
import sys
import uuid

TOPICS = ["order-created", "payment-success", "payment-failed", "stock-reserved", "stock-failed", "order-cancelled",
          "payment-refunded"]


def parse(text):
    """JSON as the standard has it: Python alone would also read NaN and Infinity."""

    def refuse(word):
        raise ValueError(word + " is no JSON")

    return json.loads(text, parse_constant=refuse)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def fault(data):
    """The name of the first field that makes this no order, or None."""
    if not isinstance(data, dict):
        return "data"
    order, product = data.get("orderId"), data.get("productId")
    quantity, amount = data.get("quantity"), data.get("amount")
    if not isinstance(order, str) or order == "":
        return "orderId"
    if product == "" or not (isinstance(product, str) or is_number(product)):
        return "productId"
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
        return "quantity"
    return None if is_number(amount) and amount >= 0 else "amount"


def event(kind, data):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    return {"timestamp": now, "version": 1, "eventType": kind, "eventId": uuid.uuid4().hex, "data": data}


def order_in(value):
    """The order that a message holds, or None where there is none."""
    try:
        data = parse(value.decode("utf-8"))["data"]
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return data if fault(data) is None else None


def create_event(line):
    """Raises ValueError with the words for whoever wrote the line."""
    try:
        wish = parse(line)
    except ValueError as error:
        raise ValueError("this is no JSON") from error
    if not isinstance(wish, dict) or wish.get("eventType") not in TOPICS:
        raise ValueError("event_type is unknown")
    field = fault(wish.get("data"))
    if field is not None:
        raise ValueError(field + " is missing or wrong")
    return event(wish["eventType"], wish["data"])


if __name__ == "__main__":
    print("create-event: one event a line, please", flush=True)
    failed = False
    for number, text in enumerate(sys.stdin, 1):
        if text.strip():
            try:
                print(json.dumps(create_event(text)))
            except ValueError as error:
                failed = True
                print("line %d: %s" % (number, error), file=sys.stderr)
    sys.exit(1 if failed else 0)
