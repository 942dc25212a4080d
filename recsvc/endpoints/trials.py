"""POST /v1/placements:try and /v1/recommendations:explain: rules before they are saved, and why an item is filtered."""

from __future__ import annotations

from models.errors import ModelsError
from models.verdict import Verdict
from recsvc.answer import Answer, Note, json_answer
from recsvc.call import Call
from recsvc.contract import ItemQuestion, Trial, TrialResult
from recsvc.endpoints.examples import QUESTION, SLATE, TRIAL, VERDICT
from recsvc.forms import Form, InBody
from recsvc.routes import Route
from recsvc.service import Service
from recsvc.slate_query import SlateQuery, identified
from recsvc.slates import problem_of, shown, slate_for
from recsvc.trial import notes_on, tried

TRIAL_FORM = Form(Trial, refers_to=(SlateQuery,))
QUESTION_FORM = Form(ItemQuestion, refers_to=(SlateQuery,))
REQUEST_FORM = Form(SlateQuery)
REQUEST = InBody("/request")
PROBLEMS = ("invalid-request", "invalid-filter", "invalid-placements", "invalid-token", "unknown-placement")


def try_placements(service: Service, call: Call) -> Answer:
    trial = TRIAL_FORM.from_object(call.json_body())
    serving = service.live.serving
    engine = tried(serving.engine, trial.placements)
    slate = slate_for(service, call.caller, REQUEST_FORM.from_object(trial.request, REQUEST), engine, REQUEST)
    content = {"slate": shown(slate, service.settings.public_url), "notes": notes_on(engine)}
    return json_answer(content, note=Note(serving.manifest.version))


def explain(service: Service, call: Call) -> Answer:
    question = QUESTION_FORM.from_object(call.json_body())
    serving = service.live.serving
    engine = serving.engine if question.placements is None else tried(serving.engine, question.placements)
    query = identified(REQUEST_FORM.from_object(question.request, REQUEST), service.customer_tokens)
    try:
        verdict = engine.explain_item(service.strangers.query(query), question.item_id)
    except ModelsError as error:
        raise problem_of(error, query, REQUEST) from error
    return json_answer(verdict, note=Note(serving.manifest.version))


ROUTES = (
    Route(
        method="POST",
        path="/v1/placements:try",
        name="try_placements",
        view=try_placements,
        summary="A slate by placements that are not saved, and notes on them.",
        body=Trial,
        body_example=TRIAL,
        answers=TrialResult,
        example={"slate": SLATE, "notes": ["placements.home.pins[1].item_id: 'SKU-9' cannot be sold now"]},
        problems=PROBLEMS,
    ),
    Route(
        method="POST",
        path="/v1/recommendations:explain",
        name="explain_item",
        view=explain,
        summary="Why an item is in a slate, or is not.",
        body=ItemQuestion,
        body_example=QUESTION,
        answers=Verdict,
        example=VERDICT,
        problems=PROBLEMS,
    ),
)
