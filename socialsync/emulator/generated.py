"""The generation operations: predictable texts and images instead of a model's."""

from typing import Any

from socialsync.emulator.core import Call
from socialsync.emulator.errors import FieldViolation, invalid, refuse

DEFAULT_CHANNELS = ("INSTAGRAM", "FACEBOOK", "LINKEDIN", "PINTEREST", "GBP", "TIKTOK")
_TEXT_FIELDS = ("caption", "description")


def generate_post_data(call: Call) -> dict[str, Any]:
    """Image posts without account ids; with no media given, an image on a host that will not keep it."""
    media = call.body.get("media") or [{"type": "IMAGE", "url": "https://temp-host.example/generated.png"}]
    text = call.body.get("userInput") or "A post about your product"
    results = []
    for name in call.body.get("channels") or DEFAULT_CHANNELS:
        channel = call.emulator.channels.get(name)
        if channel is None or name in call.settings["dead_channels"]:
            raise refuse("UNSUPPORTED_CHANNEL", f"There is no channel {name}")
        kind = channel.types.get("POST") or next(iter(channel.types.values()))
        field = next((field for field in _TEXT_FIELDS if field in kind.fields), None)
        content: dict[str, Any] = {} if field is None else {field: text[: kind.fields[field].get("max", 1000)]}
        if "mediaWrapper" in kind.fields:
            content["mediaWrapper"] = {"media": media}
        results.append({"channelName": name, kind.content: content})
    return {"results": results}


def generate_text(call: Call) -> dict[str, Any]:
    text = call.body["userInput"]
    tags = " #example" if (call.body.get("additionalContent") or {}).get("withHashtags") else ""
    return {"results": [{"caption": f"{text[:980]}{tags}", "title": text[:90]}]}


def generate_image(call: Call) -> dict[str, Any]:
    if not call.body.get("imageUrl"):
        raise invalid([FieldViolation(field="imageUrl", description="must not be empty", rule="REQUIRED_FIELD")])
    row = call.store.one("select count(*) as n from image")
    execution = call.emulator.new_id("image", 0 if row is None else row["n"])
    ready = call.now + call.settings["image_seconds"] * 1000
    call.store.run("insert into image values(?,?,?,?)", execution, call.site, ready, call.body["userInput"])
    return {"status": "OK", "executionId": execution}


def get_generated_image(call: Call) -> dict[str, Any]:
    row = call.store.one("select * from image where id=? and site=?", call.params["executionId"], call.site)
    if row is None:
        raise refuse("GENERATED_IMAGE_NOT_FOUND")
    if row["ready"] > call.now:
        return {"status": "IN_PROGRESS"}
    file_id = f"3fa1c2_{row['id'].replace('-', '')}~mv2.jpg"
    return {"status": "READY", "imageUrl": f"https://static.wixstatic.com/media/{file_id}", "fileId": file_id}
