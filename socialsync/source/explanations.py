"""What a JSON Schema refuses, in an editor's words: where, what is wrong, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from socialsync.source.words import listed, nearest, shown, suggest


class Reason(NamedTuple):
    """Why a value is refused: `path` leads to it in the data, `keyword` is JSON Schema's name of the reason."""

    path: tuple[str | int, ...]
    keyword: str
    message: str
    hint: str


_EVERYWHERE = ("text", "title", "link", "media")  # every post has them, not every target takes them
_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list, each entry after “- ”",
    "object": "a group of fields, “name: value”",
    "null": "nothing",
}


def explain(schema: Mapping[str, Any], data: Any) -> list[Reason]:
    """Every reason why `data` does not follow `schema`, by place; never empty, for the fast validator said no."""
    from jsonschema.validators import validator_for

    validator = validator_for(schema)(schema)
    targets = list(schema.get("properties", {}).get("channels", {}).get("properties", ()))
    try:
        reasons = {reason for error in validator.iter_errors(data) for reason in _reasons(error, targets)}
    except RecursionError:
        reasons = set()
    if not reasons:
        message = f"This does not fit {schema.get('title', 'the schema')}, for a reason that cannot be named."
        return [Reason((), "unexplained", message, "Compare it with the documentation, and please report this.")]
    return sorted(reasons, key=lambda reason: (tuple(map(str, reason.path)), reason.keyword, reason.message))


def _reasons(error: Any, targets: Sequence[str]) -> Iterator[Reason]:
    """The reasons in one error of jsonschema. `targets` are those that can be written, in the schema of a post."""
    path = tuple(error.absolute_path)
    name = f"“{path[-1]}”" if path and isinstance(path[-1], str) else "This entry" if path else "The file"
    described = str(error.schema.get("description", ""))
    match error.validator:
        case "additionalProperties":
            for key in _extras(error):
                if targets and path == ("channels",):
                    yield _unknown_target((*path, key), key, targets)
                else:
                    yield _unknown(path, key, error.schema)
        case "required":
            for key in sorted(set(error.validator_value) - set(error.instance)):
                yield _missing(path, key, error.schema)
        case "type":
            yield Reason(path, "type", f"{name} must be {_types(error)}, not {shown(error.instance)}.", _as_text(error))
        case "enum":
            choices = [str(value) for value in error.validator_value if value is not None]
            near = suggest(error.instance, choices) if isinstance(error.instance, str) else ""
            message = f"{name} must be {listed(choices, 'or')}, not {shown(error.instance)}."
            yield Reason(path, "enum", message, near or described)
        case "const":
            yield Reason(path, "const", f"{name} must be {shown(error.validator_value)}.", described)
        case "pattern" if targets and path[:-1] == ("channels",):
            yield _unknown_target(path, error.instance, targets)
        case "pattern":
            yield Reason(path, "pattern", f"{name} cannot be {shown(error.instance)}.", described)
        case "anyOf" | "oneOf" if all(set(branch) == {"required"} for branch in error.validator_value):
            fields = [f"“{key}”" for branch in error.validator_value for key in branch["required"]]
            many = error.validator == "anyOf"
            what = _capital(_with_article(error.schema.get("title", "this")))
            count = "at least one" if many else "exactly one"
            hint = _one_of(error)
            yield Reason(path, error.validator, f"{what} needs {count} of {listed(fields, 'and')}.", hint)
        case "minItems" | "minLength" | "minProperties":
            yield Reason(path, error.validator, f"{name} is empty.", "Write something there, or leave the line out.")
        case "minimum" | "maximum":
            least, most = error.schema.get("minimum"), error.schema.get("maximum")
            message = f"{name} must be from {least} to {most}, not {shown(error.instance)}."
            yield Reason(path, error.validator, message, described)
        case "uniqueItems":
            yield Reason(path, "uniqueItems", f"{name} names something twice.", "Write each once.")
        case keyword:
            yield Reason(path, str(keyword), f"{name} is not written as it should be.", described)


def _unknown(path: tuple[str | int, ...], key: str, schema: Mapping[str, Any]) -> Reason:
    known = schema.get("properties", {})
    what = _with_article(schema.get("title", "this"))
    near = suggest(key, dict.fromkeys((*known, *_EVERYWHERE)))
    hint = near or (f"It has {listed(list(known))}." if known else "")
    if key in _EVERYWHERE:
        message, hint = (
            f"“{key}” cannot be sent to {what}.",
            f"It takes {listed([name for name in _EVERYWHERE if name in known])}; take “{key}” out.",
        )
    else:
        message = f"“{key}” is not a field of {what}."
    return Reason((*path, key), "additionalProperties", message, hint)


def _unknown_target(path: tuple[str | int, ...], written: str, known: Sequence[str]) -> Reason:
    cell, at, account = written.partition("@")
    if cell in known:
        hint = "An account is named in lower-case letters, digits and dashes: facebook@berlin."
        return Reason(path, "additionalProperties", f"“{account}” cannot be the name of an account.", hint)
    types = [name for name in known if name.startswith(f"{cell.partition('/')[0]}/")]
    if types:
        near = nearest(cell.partition("/")[2], [name.partition("/")[2] for name in types])
        if near:
            near = f"{cell.partition('/')[0]}/{near}{at}{account}"
            return Reason(path, "additionalProperties", f"There is no type “{cell}”.", f"Did you mean “{near}”?")
        examples = listed([f"“{name}{at}{account}”" for name in types], "or")
        problem = f"There is no type “{cell}”" if "/" in cell else f"“{written}” must say which type"
        return Reason(path, "additionalProperties", f"{problem}.", f"Write {examples}.")
    near = suggest(cell, known)
    hint = near or f"There are {listed(sorted({name.partition('/')[0] for name in known}))}."
    return Reason(path, "additionalProperties", f"“{written}” is not a channel.", hint)


def _missing(path: tuple[str | int, ...], key: str, schema: Mapping[str, Any]) -> Reason:
    description = schema.get("properties", {}).get(key, {}).get("description", "")
    what = _capital(_with_article(schema.get("title", "this")))
    return Reason(path, "required", f"{what} needs “{key}”.", f"{key}: {description}" if description else "")


def _extras(error: Any) -> list[str]:
    import re

    patterns = [re.compile(pattern) for pattern in error.schema.get("patternProperties", ())]
    known = error.schema.get("properties", {})
    keys = [str(key) for key in error.instance]
    return [key for key in keys if key not in known and not any(pattern.search(key) for pattern in patterns)]


def _types(error: Any) -> str:
    return listed([_TYPES[name] for name in _wanted(error) if name != "null"], "or")


def _as_text(error: Any) -> str:
    wanted = _wanted(error)
    match error.instance:
        case bool() | int() if "string" in wanted and _fits_in_quotes(error):
            return f'Put it in quotes: "{shown(error.instance)}".'
        case str() if "array" in wanted and "object" not in wanted:
            return "Write it as a list: each entry on a line of its own, after “- ”."
        case _:
            return str(error.schema.get("description", ""))


def _fits_in_quotes(error: Any) -> bool:
    import re

    return re.search(error.schema.get("pattern", ""), shown(error.instance)) is not None


def _one_of(error: Any) -> str:
    """What to write where one of several fields is missing, or one too many is there."""
    names = [str(branch["required"][0]) for branch in error.validator_value]
    if error.validator == "anyOf":
        return f"Write one of them{', for the post or below this channel' if names[0] in _EVERYWHERE else ''}."
    if isinstance(error.instance, dict) and len([name for name in names if name in error.instance]) > 1:
        return "Keep one of the two."
    example = error.schema.get("properties", {}).get(names[0], {}).get("examples", ["…"])[0]
    return f"Write “{names[0]}: {example}”, or “{names[1]}: …”."


def _wanted(error: Any) -> list[str]:
    return error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]


def _with_article(title: str) -> str:
    if title[:2] in ("a ", "an") or title[:4] == "the " or "." in title:
        return title
    return f"{'an' if title[:1] in 'AEIOX' else 'a'} {title}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
