"""Sending through the gateway, and what is kept of it."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
import voluptuous as vol

from homeassistant.core import HomeAssistant

from .answering import FAMILY, WRITER, Answering, answering
from .keeping import database, locked
from .receiving import SIM_1, Receiver
from .simulator.api_state import ApiFault, Permission
from .simulator.samples import ACCOUNT, PHONE, SAMPLE_PHONE, Event


@pytest.fixture
async def house(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> AsyncGenerator[Answering]:
    """Return an entry with a key."""
    async with answering(hass, hass_client_no_auth) as house:
        yield house


async def test_an_sms_is_sent(house: Answering) -> None:
    """From the only phone, to a number however it is written."""
    house.hass.config.country = "IT"
    for number, phone in enumerate(
        ("+39 333 123 4567", "0039 333 1234567", "333 1234567"), start=1
    ):
        response = await house.act("send_sms", phone=phone, message=f"Hello {number}")
        sent = house.sent[-1]
        assert response == {
            "message_id": number,
            "gateway_id": sent.id,
            "parts": 1,
        }
        assert (sent.event, sent.sender, sent.recipient, sent.message) == (
            Event.SMS,
            PHONE,
            WRITER,
            f"Hello {number}",
        )
        assert sent.parameters["priority"] == "2"
        assert "sim" not in sent.parameters


async def test_what_is_sent_is_kept(house: Answering) -> None:
    """So that a conversation reads whole."""
    await house.receiver.deliver(phone=WRITER, message="Are you there?")
    response = await house.act("reply", message_id=1, message="Yes")
    answer, question = await house.messages(phone=WRITER)
    assert question["direction"] == "received"
    assert "state" not in question
    assert answer["message_id"] == response["message_id"] == 2
    assert answer["id"] == response["gateway_id"] == house.sent[0].id
    assert (answer["direction"], answer["state"]) == ("sent", "sent")
    assert (answer["message"], answer["phone"], answer["sim"]) == ("Yes", WRITER, 1)
    assert [item["message_id"] for item in await house.messages(direction="sent")] == [
        2
    ]
    assert house.receiver.state("sensor", SIM_1, "sms_received").state == "1"
    assert house.receiver.state("sensor", SIM_1, "last_sms").state == "Are you there?"
    await house.reload()
    assert house.receiver.state("sensor", SIM_1, "sms_received").state == "1"


async def test_what_was_not_sent_is_kept_as_failed(house: Answering) -> None:
    """And the action says why."""
    house.gateway.api.faults["send/sms"] = ApiFault.ERROR
    assert await house.refused("send_sms", phone=WRITER, message="Hi") == (
        "gateway_server_error"
    )
    [failed] = await house.messages()
    assert (failed["state"], failed["message"], failed["id"]) == ("failed", "Hi", 0)


async def test_sending_does_not_need_the_database(house: Answering) -> None:
    """An alarm goes out; what it was is written when the database is back."""
    await house.receiver.deliver()
    journal = house.entry.runtime_data.webhook.archive.journal
    with locked(database(house.hass)):
        await house.receiver.post(message="Queued", id=77, rid=77)
        response = await house.act("send_sms", phone=WRITER, message="Alarm")
        assert "message_id" not in response
        assert house.sent[0].message == "Alarm"
    while len(journal):
        await house.hass.async_add_executor_job(journal.opened.done)
        await house.settle()
    [alarm] = await house.messages(direction="sent")
    assert (alarm["message"], alarm["state"]) == ("Alarm", "sent")
    assert alarm["id"] == house.sent[0].id


async def test_the_sim_that_sends(house: Answering) -> None:
    """A SIM by its device, or a phone and a slot."""
    await house.receiver.deliver(sim=2)
    sim = house.receiver.device_id("sim", f"{PHONE}_sim_2")
    await house.act("send_sms", device_id=sim, phone=WRITER, message="From SIM 2")
    phone = house.receiver.device_id("phone", PHONE)
    await house.act(
        "send_sms",
        device_id=phone,
        sim=1,
        phone=WRITER,
        message="From SIM 1",
        priority=True,
    )
    first, second = house.sent
    assert (first.parameters["sim"], first.parameters["priority"]) == ("2", "2")
    assert (second.parameters["sim"], second.parameters["priority"]) == ("1", "1")


async def test_which_phone_is_asked_when_there_are_two(house: Answering) -> None:
    """The dashboard's sample phone is none."""
    await house.receiver.deliver(device=SAMPLE_PHONE)
    await house.act("send_sms", phone=WRITER, message="From the only phone")
    house.gateway.api.add_device("a-second-phone", "Kitchen phone")
    await house.refresh()
    assert await house.refused("send_sms", phone=WRITER, message="?") == "device_needed"


@pytest.mark.parametrize("phone", ["GCash", "4870", "BANK4U", "+39", "hello"])
async def test_what_is_no_number(house: Answering, phone: str) -> None:
    """Nothing is sent, nothing kept."""
    house.hass.config.country = "IT"
    assert (
        await house.refused("send_sms", phone=phone, message="Hi") == "invalid_number"
    )
    assert house.sent == []
    assert await house.messages() == []


async def test_the_gateway_refuses_a_number(house: Answering) -> None:
    """One that only the gateway knows to be wrong."""
    house.gateway.api.keys[house.entry.data["api_key"]] = frozenset(Permission) - {
        Permission.SEND_SMS
    }
    assert await house.refused("send_sms", phone=WRITER, message="Hi") == (
        "gateway_permission_denied"
    )


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"phone": "family@g.us"}, "gateway_invalid_number"),
        ({"media_url": "https://files.example/x.zip"}, "gateway_invalid_parameter"),
    ],
)
async def test_the_gateway_refuses_what_only_it_knows_to_be_wrong(
    house: Answering, changes: dict[str, str], key: str
) -> None:
    """The action passes on what it says."""
    action = {"phone": WRITER, "message": "Hi", **changes}
    assert await house.refused("send_whatsapp", **action) == key
    assert house.sent == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("👍" * 35, 1),
        ("👍" * 36, 2),
        # A letter of two units is not cut in two: 33 fit into a part of 67.
        ("👍" * 67, 3),
    ],
)
async def test_how_many_sms_a_text_takes(
    house: Answering, text: str, parts: int
) -> None:
    """The response says it."""
    response = await house.act("send_sms", phone=WRITER, message=text)
    assert response["parts"] == parts
    assert house.sent[0].message == text


async def test_braces_are_no_choices(house: Answering) -> None:
    """Unless they are meant to be."""
    await house.act("send_sms", phone=WRITER, message='{"gate": "open|shut"}')
    assert house.sent[0].message == '❴"gate": "open|shut"❵'
    await house.act("send_sms", phone=WRITER, message="only } and {")
    assert house.sent[1].message == "only } and {"
    await house.act("send_sms", phone=WRITER, message="{Hi|Hi} you", spintax=True)
    assert house.sent[2].message == "Hi you"


async def test_a_chat_is_sent(house: Answering) -> None:
    """To a person, or to a group."""
    response = await house.act("send_whatsapp", phone=WRITER, message="Hello")
    assert response == {"message_id": 1, "gateway_id": house.sent[0].id}
    await house.act("send_whatsapp", phone=FAMILY, message="Hello all")
    first, second = house.sent
    assert (first.sender, first.recipient) == (house.account.unique, WRITER)
    assert (second.recipient, second.message) == (FAMILY, "Hello all")
    assert first.parameters["type"] == "text"
    newest, _ = await house.messages()
    assert (newest["is_group"], newest["wid"]) == (True, ACCOUNT)


@pytest.mark.parametrize(
    ("url", "parameters"),
    [
        ("picture.jpg", {"type": "media", "media_type": "image"}),
        ("song.mp3", {"type": "media", "media_type": "audio"}),
        ("film.mp4", {"type": "media", "media_type": "video"}),
        (
            "bill.pdf",
            {"type": "document", "document_type": "pdf", "document_name": "bill.pdf"},
        ),
    ],
)
async def test_a_chat_with_a_file_by_its_address(
    house: Answering, url: str, parameters: dict[str, str]
) -> None:
    """The kind is told by the name."""
    await house.act(
        "send_whatsapp",
        phone=WRITER,
        message="Look",
        media_url=f"https://files.example/{url}",
    )
    assert parameters.items() <= house.sent[0].parameters.items()
    assert house.sent[0].attachment == f"https://files.example/{url}"


async def test_a_chat_with_a_local_file(house: Answering, tmp_path: Path) -> None:
    """From a folder that Home Assistant may use."""
    picture = tmp_path / "gate.jpg"
    picture.write_bytes(b"\xff\xd8picture")
    action = {"phone": WRITER, "message": "The gate", "media_path": str(picture)}
    house.hass.config.allowlist_external_dirs = set()
    assert await house.refused("send_whatsapp", **action) == "path_not_allowed"
    house.hass.config.allowlist_external_dirs = {str(tmp_path)}
    await house.act("send_whatsapp", **action)
    upload = house.sent[0].files["media_file"]
    assert (upload.name, upload.content) == ("gate.jpg", b"\xff\xd8picture")
    missing = {**action, "media_path": str(tmp_path / "no.jpg")}
    assert await house.refused("send_whatsapp", **missing) == "media_not_readable"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("custom_components.zender.services_sending.MAX_MEDIA_BYTES", 5)
        assert await house.refused("send_whatsapp", **action) == "media_too_large"


async def test_a_reply_goes_where_the_message_came_from(house: Answering) -> None:
    """The same SIM or account, the same person or group."""
    await house.receiver.deliver(sim=2, phone=WRITER)
    await house.receiver.deliver("whatsapp", phone=FAMILY)
    await house.act("reply", message_id=1, message="By SMS")
    await house.act("reply", message_id="2", message="To the group")
    sms, chat = house.sent
    assert (sms.event, sms.recipient, sms.parameters["sim"]) == (Event.SMS, WRITER, "2")
    assert (chat.event, chat.recipient) == (Event.WHATSAPP, FAMILY)


@pytest.mark.parametrize(
    ("type_", "changes", "key"),
    [
        ("sms", {"phone": "GCash"}, "sender_takes_no_reply"),
        ("sms", {"phone": "4870"}, "sender_takes_no_reply"),
        ("ussd", {}, "kind_takes_no_reply"),
        ("notifications", {}, "kind_takes_no_reply"),
    ],
)
async def test_what_cannot_be_answered(
    house: Answering, type_: str, changes: dict[str, Any], key: str
) -> None:
    """The error says why, and nothing is sent."""
    await house.receiver.deliver(type_, **changes)
    assert await house.refused("reply", message_id=1, message="Hi") == key
    assert await house.refused("reply", message_id=99, message="Hi") == (
        "message_not_found"
    )
    assert house.sent == []


async def test_the_wrong_kind_of_device(house: Answering) -> None:
    """An account sends no SMS, a phone no chat, a stranger nothing."""
    phone = house.receiver.device_id("phone", PHONE)
    account = house.receiver.device_id("account", ACCOUNT)
    to = {"phone": WRITER, "message": "Hi"}
    assert await house.refused("send_sms", device_id=account, **to) == "not_a_phone"
    assert await house.refused("send_whatsapp", device_id=phone, **to) == (
        "not_an_account"
    )
    assert await house.refused("send_ussd", device_id=phone, code="*1#") == "not_a_sim"
    assert await house.refused("send_sms", device_id="other", **to) == (
        "device_not_found"
    )


async def test_an_account_that_is_gone(house: Answering) -> None:
    """It was unlinked in the dashboard."""
    account = house.receiver.device_id("account", ACCOUNT)
    house.gateway.api.accounts.clear()
    await house.refresh()
    assert await house.refused(
        "send_whatsapp", device_id=account, phone=WRITER, message="Hi"
    ) == ("account_not_found")


async def test_an_account_before_the_gateway_told_of_any(house: Answering) -> None:
    """It is asked for the accounts then."""
    await house.receiver.deliver("whatsapp", phone=WRITER)
    house.gateway.api.faults["get/devices"] = ApiFault.ERROR
    await house.reload()
    await house.act("reply", message_id=1, message="Hi")
    assert house.sent[0].sender == house.account.unique
    house.gateway.api.faults["get/wa.accounts"] = ApiFault.TRUNCATED
    assert await house.refused("reply", message_id=1, message="Hi") == (
        "gateway_invalid_answer"
    )


async def test_without_a_key(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Receiving works as before; each action says what is missing."""
    receiver = await Receiver.connect(hass, hass_client_no_auth)
    await receiver.deliver()
    house = Answering(hass, receiver, None, None)  # type: ignore[arg-type]
    for action, data in (
        ("send_sms", {"phone": WRITER, "message": "Hi"}),
        ("reply", {"message_id": 1, "message": "Hi"}),
        ("fetch_missed", {}),
    ):
        assert await house.refused(action, **data) == "api_key_needed"


async def test_bounds(house: Answering) -> None:
    """What is too much is refused before anything is done."""
    for data in (
        {"phone": WRITER, "message": ""},
        {"phone": WRITER, "message": "x" * 10_001},
        {"phone": WRITER, "message": "x", "sim": 3},
        {"phone": WRITER, "message": "half of an emoji: \ud83d"},
    ):
        with pytest.raises(vol.Invalid):
            await house.act("send_sms", **data)
