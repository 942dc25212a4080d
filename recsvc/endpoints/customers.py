"""GET /v1/customers and /v1/customers/purchases: who the customers are and what they bought, for people who look."""

from __future__ import annotations

import time

from models.cards import DEFAULT_FIELDS
from models.model import Model
from models.roster import Roster
from models.translate import present
from recsvc.answer import Answer, json_answer
from recsvc.call import Call
from recsvc.contract import PeopleList, PeopleQuery, Person, Purchases, PurchasesQuery
from recsvc.forms import Form
from recsvc.links import with_links
from recsvc.routes import Route
from recsvc.service import Service

PEOPLE, PURCHASES = Form(PeopleQuery), Form(PurchasesQuery)
FIELDS = (*DEFAULT_FIELDS, "category")


def customers(service: Service, call: Call) -> Answer:
    asked = PEOPLE.from_query(call.query_text)
    model = service.live.serving.engine.model
    found = roster(model).people(asked.starts_with or "", asked.limit, service.strangers.is_erased)
    return json_answer(PeopleList(model.shop.unit, tuple(Person(one.customer_id, one.items, one.age) for one in found)))


def purchases(service: Service, call: Call) -> Answer:
    asked = PURCHASES.from_query(call.query_text)
    model, public_url = service.live.serving.engine.model, service.settings.public_url
    known = roster(model)
    customer_id = "" if service.strangers.is_erased(asked.customer_id) else asked.customer_id
    bought, count = known.purchases(customer_id, asked.limit)
    shown = [model.shop.catalogue.fields(one.row, FIELDS) for one in bought]
    return json_answer(
        {
            "customer_id": asked.customer_id,
            "customer_known": count > 0,
            "unit": model.shop.unit,
            "attributes": known.attributes(customer_id),
            "items": count,
            "purchases": [
                {
                    **(fields if public_url is None else with_links(fields, public_url)),
                    "item_id": model.items.id(one.row),
                    "orders": one.orders,
                    "ago": one.age,
                }
                for one, fields in zip(bought, shown, strict=True)
            ],
        }
    )


def roster(model: Model) -> Roster:
    return Roster(model, present(model, time.time()))


ROUTES = (
    Route(
        method="GET",
        path="/v1/customers",
        name="customers",
        view=customers,
        summary="Customers by how their id begins.",
        query=PeopleQuery,
        answers=PeopleList,
        example={"unit": "day", "customers": [{"customer_id": "C-1042", "items": 31, "ago": 12.4}]},
        problems=("invalid-request", "query-too-long"),
    ),
    Route(
        method="GET",
        path="/v1/customers/purchases",
        name="purchases",
        view=purchases,
        summary="What one customer bought, the latest first.",
        query=PurchasesQuery,
        answers=Purchases,
        example={
            "customer_id": "C-1042",
            "customer_known": True,
            "unit": "day",
            "attributes": {"tier": "gold"},
            "items": 31,
            "purchases": [{"item_id": "SKU-77", "orders": 4, "ago": 12.4, "title": "Espresso beans, 1 kg"}],
        },
        problems=("invalid-request", "query-too-long"),
    ),
)
