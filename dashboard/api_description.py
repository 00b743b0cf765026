"""The interface described in OpenAPI 3.1: what can be asked, and the shape of every answer."""

from typing import Any

from dashboard.api_cases import AREAS, FILTERS, LIMIT, MOMENTS, MOST, PLAIN, YES_NO
from dashboard.briefings.jobs import STATES as JOB_STATES
from dashboard.briefings.orders import subjects
from dashboard.registry import declared
from layouts.briefing.edition import FORMS, Kind
from layouts.cases import KINDS, STATES
from layouts.text import LANGUAGES
from modules.spec import Better, ClockKind, Level, Quality, Rounding, Unit, Window

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
NAMED = {"type": "object", "properties": {"key": TEXT, "name": TEXT}, "required": ["key", "name"]}
COUNTS = ("item", "extended_n", "suspended_n", "returned_n", "rework_n", "reopened_n", "suspended_s", "evidence_n")
FLAGS = ("urgent", "open", "overdue", "on_time", "deferred")


def either(schema: Schema) -> Schema:
    """The schema or null."""
    return {**schema, "type": [schema["type"], "null"]}


def one_of(values: Any) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": [str(value) for value in values]}


def record(properties: dict[str, Schema], *, optional: tuple[str, ...] = ()) -> Schema:
    """An object with these properties, all there but the optional ones."""
    return {"type": "object", "properties": properties, "required": [name for name in properties if name not in optional]}


def listed(schema: Schema) -> Schema:
    """A list of the schema."""
    return {"type": "array", "items": schema}


def ref(name: str) -> Schema:
    """A shape by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def schemas() -> dict[str, Schema]:
    """Every shape by its name."""
    reading = {
        "metric": TEXT, "value": either(NUMBER), "numerator": either(NUMBER), "denominator": either(NUMBER), "unit": one_of(Unit),
        "quality": one_of(Quality), "level": one_of(Level), "as_of": either(MOMENT), "target": either(NUMBER),
        "comparison": {"oneOf": [ref("Comparison"), {"type": "null"}]}, "spark": listed(either(NUMBER)), "gross": either(NUMBER),
        "gross_numerator": either(NUMBER), "gross_denominator": either(NUMBER), "p50": either(NUMBER), "better": one_of(Better),
        "rounding": one_of(Rounding), "decimals": either(WHOLE),
    }  # fmt: skip
    comparison = {
        "kind": one_of(("weekday_band", "usual", "previous")),
        **{n: either(NUMBER) for n in ("low", "median", "high", "delta", "year")},
    }
    snapshot = {
        "module": TEXT, "area": TEXT, "as_of": MOMENT, "version": TEXT, "digest": TEXT, "demo": FLAG, "stale": FLAG,
        "readings": {"type": "object", "additionalProperties": ref("Reading")},
        "panels": {"type": "object", "additionalProperties": record({"kind": TEXT})},
    }  # fmt: skip
    page = {"as_of": MOMENT, "area": TEXT, "demo": FLAG, "cases": listed(ref("Case")), "next": either(TEXT)}
    problem = {"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT, "instance": TEXT, "allowed": listed(TEXT)}
    return {
        "Module": record({"key": TEXT, "title": TEXT, "order": WHOLE, "url": TEXT}),
        "Comparison": record(comparison),
        "Reading": record(reading),
        "Snapshot": record(snapshot),
        "Metric": record(metric_properties()),
        "Case": record(case_properties()),
        "CaseList": record(page),
        "CaseWithSteps": record({**case_properties(), "demo": FLAG, "steps": listed(ref("Step")), "clocks": listed({"type": "object"})}),
        "Step": record({"action": TEXT, "at": MOMENT, "unit": TEXT, "reason": either(TEXT), "evidence_n": WHOLE, "due_at": either(MOMENT)}),
        "Problem": record(problem),
        "Job": record(job_properties()),
        "Briefing": record(briefing_properties()),
        "BriefingWithDigests": record({**briefing_properties(), "digests": {"type": "object", "additionalProperties": TEXT}}),
        "BriefingList": record({"briefings": listed(ref("Briefing")), "next": either(TEXT)}),
        "Order": record(order_properties(), optional=tuple(order_properties())),
    }


def metric_properties() -> dict[str, Schema]:
    """What a dictionary entry holds."""
    limits = record(dict.fromkeys(("watch", "warning", "critical"), NUMBER))
    band = record({"low": NUMBER, "high": NUMBER})
    alert = record({"level": one_of(Level), "hold_s": NUMBER})
    words = dict.fromkeys(("key", "code", "module", "name", "formula", "basis", "status", "owner", "source"), TEXT)
    return {
        **words, "unit": one_of(Unit), "decimals": WHOLE, "rounding": one_of(Rounding), "window": one_of(Window),
        "clock": one_of(ClockKind), "target": either(NUMBER), "better": one_of(Better), "fresh_for_s": NUMBER, "settles": WHOLE,
        "quantile": either(NUMBER), "net_and_gross": FLAG, "alerts": listed(alert),
        "limits": {"oneOf": [limits, {"type": "null"}]}, "band": {"oneOf": [band, {"type": "null"}]},
    }  # fmt: skip


def case_properties() -> dict[str, Schema]:
    """What a case of the list holds."""
    kinds = {"state": one_of(STATES), "kind": one_of(KINDS), "lon": either(NUMBER), "lat": either(NUMBER)}
    kinds |= {name: either(WHOLE) for name in COUNTS} | {name: either(FLAG) for name in FLAGS}
    area = record({**{name: either(TEXT) for name in AREAS}, "name": TEXT})
    return {
        **{name: kinds.get(name, TEXT) for name in PLAIN},
        **{name: either(MOMENT) for name in MOMENTS},
        "type": NAMED,
        "unit": NAMED,
        "area": area,
        "remaining_s": either(WHOLE),
        "status": one_of(Level),
        "url": TEXT,
    }


def order_properties() -> dict[str, Schema]:
    """What a briefing is ordered with; everything has a default."""
    return {
        "subject": one_of(subjects()), "kind": one_of(Kind),
        "period": {**TEXT, "description": "2026-11-21, 2026-W47, 2026-11, a moment, or running; omitted: the last finished one, of a "
                                          "special briefing now"},
        "area": TEXT, "lang": one_of(LANGUAGES), "appendix": FLAG, "form": one_of(FORMS),
    }  # fmt: skip


def job_properties() -> dict[str, Schema]:
    """What a job tells."""
    moments = {"asked_at": MOMENT, "began_at": either(MOMENT), "ended_at": either(MOMENT)}
    return {
        "id": TEXT, "url": TEXT, "state": one_of(JOB_STATES), "progress": WHOLE, "stage": TEXT, "message": TEXT, **order_properties(),
        **moments, "briefing": either(TEXT), "file": either(TEXT),
    }  # fmt: skip


def briefing_properties() -> dict[str, Schema]:
    """What the archive tells of a briefing."""
    return {
        **dict.fromkeys(("id", "title", "digest", "sha256", "first", "last", "url", "file"), TEXT),
        **{name: schema for name, schema in order_properties().items() if name != "period"},
        "number": WHOLE, "running": FLAG, "as_of": MOMENT, "made_at": MOMENT, "size": WHOLE, "pages": either(WHOLE),
    }  # fmt: skip


def parameters() -> dict[str, Schema]:
    """Every parameter of a query by its name."""
    day = {"type": "string", "format": "date"}
    known = {
        "area": (TEXT, "code of a district, sub-district, community or grid"),
        "asof": (TEXT, "an earlier moment or day, ISO 8601"),
        "from": (day, "first local day"),
        "to": (day, "last local day"),
        "lang": (one_of(LANGUAGES), "language of names"),
        "state": (one_of(("open", *STATES)), "open: every case not ended"),
        "kind": (one_of(KINDS), "kind of case"),
        "unit": (TEXT, "key of the unit in charge"),
        "overdue": (one_of(YES_NO), "past its deadline or not"),
        "limit": ({**WHOLE, "minimum": 1, "maximum": MOST, "default": LIMIT}, "rows a page"),
        "cursor": (TEXT, "where the page before ended; taken from its `next`"),
        "q": (TEXT, "part of a title"),
        "subject": (one_of(subjects()), "a module, or the whole district"),
    }
    return {name: query(name, *one) for name, one in known.items()}


def query(name: str, schema: Schema, said: str) -> Schema:
    """One parameter of a query."""
    return {"name": name, "in": "query", "schema": schema, "description": said}


def described() -> Schema:
    """The whole interface in OpenAPI 3.1."""
    module, number, key = (
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in (("module", one_of(declared())), ("number", TEXT), ("key", TEXT))
    )
    snapshot = get("What a module shows for an area", ref("Snapshot"), ("area", "asof", "from", "to", "lang"), module)
    return {
        "openapi": "3.1.0",
        "info": {"title": "District operations", "version": "1", "description": "No persons, only cases, units and counts."},
        "paths": {
            "/api/v1/modules": get("Every module", listed(ref("Module")), ("lang",)),
            "/api/v1/modules/{module}/snapshot": snapshot,
            "/api/v1/metrics": get("The metric dictionary", listed(ref("Metric")), ("lang",)),
            "/api/v1/cases": get("Cases, newest report first", ref("CaseList"), FILTERS),
            "/api/v1/cases/{number}": get("One case with its steps and clocks", ref("CaseWithSteps"), ("lang",), number),
            **briefing_paths(key),
            "/api/v1/openapi.json": get("This description", {"type": "object"}, ()),
        },
        "components": {"schemas": schemas()},
    }


def briefing_paths(key: Schema) -> dict[str, Schema]:
    """What can be asked of briefings; the files themselves lie at the address each one names."""
    order = {"required": True, "content": {"application/json": {"schema": ref("Order")}}}
    names = ("q", "kind", "subject", "area", "lang", "form", "from", "to", "limit", "cursor")
    known = {"kind": (one_of(Kind), "kind of briefing"), "form": (one_of(FORMS), "form of the file")}
    archive = get("Briefings, newest first", ref("BriefingList"), names, special=known)
    ask = {"post": {"summary": "Have a briefing made", "requestBody": order, "responses": accepted()}}
    again = {"post": {"summary": "Make it again from its kept numbers", "parameters": [key], "responses": accepted()}}
    cancel = {"delete": {"summary": "Cancel it", "parameters": [key], "responses": answers(ref("Job"))}}
    return {
        "/api/v1/briefings": {**archive, **ask},
        "/api/v1/briefings/{key}": {**get("One briefing with its digests", ref("BriefingWithDigests"), ("lang",), key), **again},
        "/api/v1/briefings/jobs/{key}": {**get("How far a job is", ref("Job"), ("lang",), key), **cancel},
    }


def get(summary: str, shape: Schema, names: tuple[str, ...], *path: Schema, special: dict[str, tuple[Schema, str]] | None = None) -> Schema:
    """A question with the parameters of these names and its answer; `special` are parameters that mean something else here."""
    known = parameters() | {name: query(name, *one) for name, one in (special or {}).items()}
    return {"get": {"summary": summary, "parameters": [*path, *(known[name] for name in names)], "responses": answers(shape)}}


def answers(shape: Schema) -> Schema:
    """What is answered: the shape, or a problem."""
    problem = {"application/problem+json": {"schema": ref("Problem")}}
    return {
        "200": {"description": "the answer", "content": {"application/json": {"schema": shape}}},
        "400": {"description": "a parameter is not allowed", "content": problem},
        "404": {"description": "there is no such thing", "content": problem},
    }


def accepted() -> Schema:
    """What is answered to an order: the job, whose address is in Location."""
    problem = {"application/problem+json": {"schema": ref("Problem")}}
    location = {"Location": {"schema": TEXT, "description": "the job, to be asked how far it is"}}
    job = {"description": "it will be made", "headers": location, "content": {"application/json": {"schema": ref("Job")}}}
    busy = {"description": "too many are waiting", "content": problem}
    return {"202": job, **{status: answers({})[status] for status in ("400", "404")}, "429": busy}
