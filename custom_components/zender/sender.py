"""Sends messages through the gateway and keeps them in the journal, so that a conversation reads whole."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from .archive import Archive
from .const import DOMAIN
from .coordinator import ZenderCoordinator
from .delivery import now
from .devices import DeviceTree, Source, SourceKind
from .faults import async_gateway_fault
from .gateway.api_errors import GatewayError
from .gateway.client import Media
from .gateway.messages import (
    GROUP_SUFFIX,
    Message,
    SmsMessage,
    UssdMessage,
    WhatsAppMessage,
)
from .journal.records import Direction, MessageState, sent_record
from .limits import Limits
from .phone_numbers import NotANumberError, international
from .text_messages import sms_parts, without_spintax

PRIORITY: Final = {True: 1, False: 2}
"""What the gateway calls a message that goes before others, and one that does not."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What an action answers about a message that the gateway took."""

    message_id: int | None
    """The journal's, None while its database is away."""
    gateway_id: int | None
    """The gateway's, None when it does not say."""
    parts: int | None = None
    """How many SMS the text took."""


class Sender:
    """Sends an entry's messages."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        archive: Archive,
        devices: DeviceTree,
        coordinator: ZenderCoordinator,
    ) -> None:
        """Send through the coordinator's client."""
        self._hass = hass
        self._entry = entry
        self._archive = archive
        self._devices = devices
        self._coordinator = coordinator
        self._client = coordinator.client
        self._limits = Limits(hass, entry)

    async def async_send_sms(
        self,
        sender: Source,
        phone: str,
        text: str,
        *,
        is_priority: bool = False,
        spintax: bool = False,
        is_reply: bool = False,
        is_notification: bool = False,
    ) -> Sent:
        """Send an SMS from a SIM or a phone, which then chooses the SIM. Raises HomeAssistantError."""
        device, sim = self.async_slot(sender)
        phone = await self._async_international(phone)
        text = text if spintax else without_spintax(text)
        await self._limits.async_check(
            phone, is_reply=is_reply, is_notification=is_notification
        )
        message = SmsMessage(
            id=0,
            rid=None,
            sim=sim,
            device=device,
            phone=phone,
            message=text,
            timestamp=_seconds(),
        )
        message_id, gateway_id = await self._async_send(
            message,
            self._client.send_sms(
                device=device,
                sim=sim,
                phone=phone,
                message=text,
                priority=PRIORITY[is_priority],
            ),
        )
        return Sent(message_id, gateway_id, sms_parts(text))

    async def async_send_whatsapp(
        self,
        sender: Source,
        recipient: str,
        text: str,
        *,
        media: Media | None = None,
        is_priority: bool = False,
        spintax: bool = False,
        is_reply: bool = False,
        is_notification: bool = False,
    ) -> Sent:
        """Send a chat from an account to a person or a group. Raises HomeAssistantError."""
        account = await self._coordinator.async_account(sender)
        if not recipient.endswith(GROUP_SUFFIX):
            recipient = await self._async_international(recipient)
        text = text if spintax else without_spintax(text)
        await self._limits.async_check(
            recipient, is_reply=is_reply, is_notification=is_notification
        )
        message = WhatsAppMessage(
            id=0,
            wid=sender.id,
            phone=recipient,
            message=text,
            attachment=None if media is None else media.url,
            timestamp=_seconds(),
        )
        message_id, gateway_id = await self._async_send(
            message,
            self._client.send_whatsapp(
                account=account.unique,
                recipient=recipient,
                message=text,
                priority=PRIORITY[is_priority],
                media=media,
            ),
        )
        return Sent(message_id, gateway_id)

    async def async_send_ussd(self, sim: Source, code: str) -> Sent:
        """Have a SIM ask by USSD; the response comes by webhook. Raises HomeAssistantError."""
        device, slot = self.async_slot(sim)
        if slot is None:
            raise _refusal("sim_needed")
        message = UssdMessage(
            id=0,
            sim=slot,
            device=device,
            code=code,
            response="",
            timestamp=_seconds(),
        )
        message_id, gateway_id = await self._async_send(
            message, self._client.send_ussd(device=device, sim=slot, code=code)
        )
        return Sent(message_id, gateway_id)

    async def async_reply(
        self, message_id: int, text: str, *, spintax: bool = False
    ) -> Sent:
        """Answer a message where it came from. Raises HomeAssistantError."""
        stored = await self._archive.async_message(message_id)
        message = stored.message
        source = self._devices.async_source_of(message)
        match message:
            case SmsMessage():
                if stored.direction is Direction.RECEIVED and not _may_answer(
                    message.phone
                ):
                    raise _refusal("sender_takes_no_reply")
                return await self.async_send_sms(
                    source, message.phone, text, spintax=spintax, is_reply=True
                )
            case WhatsAppMessage():
                return await self.async_send_whatsapp(
                    source, message.phone, text, spintax=spintax, is_reply=True
                )
        raise _refusal("kind_takes_no_reply")

    @callback
    def async_slot(self, sender: Source) -> tuple[str, int | None]:
        """Return a SIM's phone and slot, a phone and None. Raises ServiceValidationError."""
        match sender.kind:
            case SourceKind.PHONE:
                return sender.id, None
            case SourceKind.SIM:
                return sender.slot
        raise _refusal("not_a_sim")

    async def _async_international(self, phone: str) -> str:
        try:
            return await self._hass.async_add_executor_job(
                international, phone, self._hass.config.country
            )
        except NotANumberError:
            raise _refusal("invalid_number") from None

    async def _async_send(
        self, message: Message, sending: Awaitable[int | None]
    ) -> tuple[int | None, int | None]:
        """Send a message that is kept before. Returns its id in the journal and at the gateway."""
        record = sent_record(self._entry.entry_id, message, now())
        await self._archive.async_keep_sent(record)
        try:
            gateway_id = await sending
        except GatewayError as error:
            await self._archive.async_note_sent(record, MessageState.FAILED, 0)
            raise async_gateway_fault(self._hass, self._entry, error) from error
        await self._archive.async_note_sent(record, MessageState.SENT, gateway_id or 0)
        return record.message_id, gateway_id


def _may_answer(phone: str) -> bool:
    """Return whether a sender of an SMS may be a number of a person: neither a name nor a short code."""
    digits = phone.removeprefix("+")
    return digits.isdecimal() and len(digits) > 6


def _seconds() -> int:
    return int(dt_util.utcnow().timestamp())


def _refusal(key: str) -> ServiceValidationError:
    return ServiceValidationError(translation_domain=DOMAIN, translation_key=key)
