"""Run a SQLAlchemy predicate on a plain row, so that a measure is written once and means the same in SQL and in memory."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.sql import elements, operators

Row = Mapping[str, Any]
Evaluator = Callable[[Row], Any]

_COMPARISONS: dict[Any, Callable[[Any, Any], bool]] = {
    operators.eq: operator.eq,
    operators.ne: operator.ne,
    operators.lt: operator.lt,
    operators.le: operator.le,
    operators.gt: operator.gt,
    operators.ge: operator.ge,
    operators.in_op: lambda left, right: left in right,
    operators.not_in_op: lambda left, right: left not in right,
}
_SUMS: dict[Any, Callable[[Any, Any], Any]] = {operators.add: operator.add, operators.sub: operator.sub}
_IDENTITIES: dict[Any, bool] = {operators.is_: True, operators.is_not: False}


def evaluator(expression: ColumnElement[Any]) -> Evaluator:
    """A function of a row that gives what SQL would give, NULL being None. Raises TypeError for what it does not know."""
    for kind, build in _BUILDERS:
        if isinstance(expression, kind):
            return build(expression)
    raise TypeError(f"not allowed in a measure: {type(expression).__name__} {expression}")


def _column(expression: Any) -> Evaluator:
    name = expression.name
    return lambda row: row[name]


def _constant(expression: Any) -> Evaluator:
    value = expression.value
    return lambda row: value


def _binary(expression: Any) -> Evaluator:
    left, right, op = evaluator(expression.left), evaluator(expression.right), expression.operator
    if op in _IDENTITIES:
        wanted = _IDENTITIES[op]
        return lambda row: (left(row) is right(row) or left(row) == right(row)) is wanted
    compare = (_COMPARISONS | _SUMS).get(op)
    if compare is None:
        raise TypeError(f"not allowed in a measure: operator {op.__name__}")

    def compared(row: Row) -> Any:
        first, second = left(row), right(row)
        return None if first is None or second is None else compare(first, second)

    return compared


def _boolean_list(expression: Any) -> Evaluator:
    parts = [evaluator(clause) for clause in expression.clauses]
    decisive = expression.operator is operators.or_

    def combined(row: Row) -> bool | None:
        unknown = False
        for part in parts:
            value = part(row)
            if value is None:
                unknown = True
            elif bool(value) is decisive:
                return decisive
        return None if unknown else not decisive

    return combined


def _sum(expression: Any) -> Evaluator:
    if expression.operator is not operators.add:
        raise TypeError(f"not allowed in a measure: operator {expression.operator.__name__}")
    parts = [evaluator(clause) for clause in expression.clauses]

    def summed(row: Row) -> Any:
        values = [part(row) for part in parts]
        return None if None in values else sum(values)

    return summed


def _unary(expression: Any) -> Evaluator:
    if expression.operator is not operators.inv:
        raise TypeError(f"not allowed in a measure: operator {expression.operator}")
    inner = evaluator(expression.element)

    def inverted(row: Row) -> bool | None:
        value = inner(row)
        return None if value is None else not value

    return inverted


def _truth(expression: Any) -> Evaluator:
    inner = evaluator(expression.element)
    negated = expression.operator is operators.is_false
    return lambda row: None if (value := inner(row)) is None else bool(value) is not negated


def _grouping(expression: Any) -> Evaluator:
    return evaluator(expression.element)


_BUILDERS: tuple[tuple[Any, Callable[[Any], Evaluator]], ...] = (
    (elements.AsBoolean, _truth),
    (elements.BooleanClauseList, _boolean_list),
    (elements.ExpressionClauseList, _sum),
    (elements.BinaryExpression, _binary),
    (elements.UnaryExpression, _unary),
    (elements.Grouping, _grouping),
    (elements.BindParameter, _constant),
    (elements.ColumnClause, _column),
    (elements.Null, lambda _: lambda row: None),
    (elements.True_, lambda _: lambda row: True),
    (elements.False_, lambda _: lambda row: False),
)
