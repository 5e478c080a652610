"""The documentation's examples, and a Home Assistant to run them in."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from itertools import count
import json
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.util.yaml import parse_yaml
from tests.simulator.client import CommandError, Subscription, WebSocket
from tests.simulator.config_folder import ROOT
from tests.simulator.gateway import Delivery, Fault, Gateway
from tests.simulator.home_assistant import HomeAssistant, hass_of
from tests.simulator.observer import Fired, Observer
from tests.simulator.samples import PHONE, REALISTIC_DAY, Event, Sample
from tests.simulator.set_up import SetUp, configure_zender, furnish

from .conftest import VERSION

README: Final = ROOT / "README.md"
DOCS: Final = ROOT / "docs"

TIMEOUT: Final = 15.0
POLL_INTERVAL: Final = 0.1
ANA: Final = "+393331234567"

MESSAGES: Final[Mapping[Event, Mapping[str, Any]]] = {
    Event.SMS: {"sim": 1, "device": PHONE, "phone": ANA, "message": "Hello"},
    Event.WHATSAPP: {
        "wid": "+390612345678",
        "phone": "+393337654321",
        "message": "Hello",
        "attachment": "0",
    },
    Event.USSD: {
        "sim": 1,
        "device": PHONE,
        "code": "*123#",
        "response": "Your balance is 7.25 EUR.",
    },
    Event.NOTIFICATIONS: {
        "device": PHONE,
        "package": "com.ring.android",
        "title": "Doorbell",
        "content": "Somebody is at the front door",
    },
}

# The parts of a home that the examples control.
HOME: Final[Mapping[str, list[dict[str, Any]]]] = {
    "notify": [{"platform": "group", "name": "mobile_app_your_phone", "services": []}],
    "template": [
        {
            "light": {
                "name": "Hallway",
                "turn_on": [],
                "turn_off": [],
            },
        },
        {
            "cover": {
                "name": "Gate",
                "optimistic": True,
                "open_cover": [],
                "close_cover": [],
            },
        },
    ],
}


def blocks(page: Path, language: str) -> list[str]:
    """Return the code blocks of a page in one language."""
    return re.findall(
        rf"^```{language}\n(.*?)^```$",
        page.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )


def plain(text: str) -> Any:
    """Return what YAML says, in Python's own types."""
    return json.loads(json.dumps(parse_yaml(text)))


def yaml_block(page: Path, **having: Any) -> Any:
    """Return the only YAML block of a page with a key, or with a key and value."""
    found = [
        content
        for text in blocks(page, "yaml")
        if isinstance(content := plain(text), dict)
        and all(
            key in content and value in (..., content[key])
            for key, value in having.items()
        )
    ]
    assert len(found) == 1, f"{page.name} has {len(found)} blocks with {having}"
    return found[0]


def action_block(page: Path, action: str, number: int = 0) -> dict[str, Any]:
    """Return one of a page's YAML blocks that perform an action and nothing else."""
    found: list[dict[str, Any]] = [
        content
        for content in map(plain, blocks(page, "yaml"))
        if content.get("action") == action
    ]
    return found[number]


def moved[T](config: T, folder: str, other: Path) -> T:
    """Return an example with another folder."""
    changed: T = json.loads(json.dumps(config).replace(f'"{folder}', f'"{other}'))
    assert changed != config
    return changed


def hurried(config: Any) -> Any:
    """Return an automation whose delays are a second long."""
    if isinstance(config, dict):
        return {
            key: {"seconds": 1} if key == "delay" else hurried(value)
            for key, value in config.items()
        }
    if isinstance(config, list):
        return [hurried(item) for item in config]
    return config


async def until[T](
    get: Callable[[], T], is_enough: Callable[[T], bool], timeout: float = TIMEOUT
) -> T:
    """Return something as soon as it is as wanted, or as it is when time is up."""
    for _ in range(int(timeout / POLL_INTERVAL)):
        if is_enough(value := get()):
            break
        await asyncio.sleep(POLL_INTERVAL)
    return value


def accepted(delivery: Delivery) -> int:
    """Return the number of a message that was kept."""
    assert isinstance(delivery.answer, dict), delivery
    message_id = delivery.answer.get("message_id")
    assert isinstance(message_id, int), delivery.answer
    assert delivery.status == 200
    assert delivery.answer == {"result": "accepted", "message_id": message_id}
    return message_id


class Home:
    """A Home Assistant with what the examples need, and what its automations do."""

    def __init__(
        self,
        home_assistant: HomeAssistant,
        websocket: WebSocket,
        gateway: Gateway,
        set_up: SetUp,
        day: list[Fired],
        site: str | None,
    ) -> None:
        """Begin with nothing done but the events of a day."""
        self.home_assistant = home_assistant
        self.set_up = set_up
        self.day = day
        self.site = site
        self.actions: list[tuple[str, dict[str, Any]]] = []
        self._automation_ids = count(1)
        self._websocket = websocket
        self.gateway = gateway

    async def follow(self) -> None:
        """Note the actions that are called, for ever."""
        calls: Subscription = await self._websocket.subscribe(
            "subscribe_events", event_type="call_service"
        )
        async for call in calls:
            data = call["data"]
            self.actions.append(
                (f"{data['domain']}.{data['service']}", data["service_data"])
            )

    @asynccontextmanager
    async def automation(self, config: dict[str, Any]) -> AsyncIterator[None]:
        """Have an automation, made as its editor does."""
        client = self.home_assistant.client
        automation_id = str(next(self._automation_ids))
        path = f"/api/config/automation/config/{automation_id}"
        await client.post(path, hurried(config))
        await self._wait_for_automation(automation_id)
        self.actions.clear()
        try:
            yield
        finally:
            async with self.home_assistant.session.delete(
                f"{client.url}{path}",
                headers={"Authorization": f"Bearer {client.token}"},
            ) as response:
                response.raise_for_status()

    async def _wait_for_automation(self, automation_id: str) -> None:
        """Wait until an automation listens, which it does soon after it was saved."""
        for _ in range(int(TIMEOUT / POLL_INTERVAL)):
            for state in await self.home_assistant.client.get("/api/states"):
                if state["attributes"].get("id") == automation_id:
                    assert state["state"] == "on"
                    return
            await asyncio.sleep(POLL_INTERVAL)
        raise AssertionError("The automation was not taken.")

    async def perform(self, action: dict[str, Any], **variables: Any) -> Any:
        """Return what an action responds, performed in a script of an administrator."""
        response = {"response_variable": "response"}
        result = await self._websocket.call(
            "execute_script",
            sequence=[action | response, {"stop": "Done", **response}],
            variables=variables,
        )
        return result["response"]

    async def search(self, **fields: Any) -> list[dict[str, Any]]:
        """Return the messages that a search finds."""
        found = await self.perform({"action": "zender.search_messages", "data": fields})
        messages: list[dict[str, Any]] = found["messages"]
        return messages

    async def receive(self, event: Event, **changes: Any) -> int:
        """Let the gateway deliver a message of the realistic day's phone, and return its number."""
        (delivery,) = [
            item
            for item in await self.gateway.receive(
                event, {**MESSAGES[event], **changes}
            )
            if item.webhook is self.set_up.webhook
        ]
        return accepted(delivery)

    async def deliver(self, sample: Sample, fault: Fault | None = None) -> None:
        """Let the gateway deliver a sample, or what goes wrong with it."""
        await self.gateway.deliver(self.set_up.webhook, sample, fault)

    async def state(self, entity_id: str) -> str:
        """Return a state."""
        return str(
            (await self.home_assistant.client.get(f"/api/states/{entity_id}"))["state"]
        )

    async def wait_for_state(self, entity_id: str, state: str) -> None:
        """Wait until an entity has a state; it may still be made."""
        now = None
        for _ in range(int(TIMEOUT / POLL_INTERVAL)):
            with suppress(CommandError):
                if (now := await self.state(entity_id)) == state:
                    return
            await asyncio.sleep(POLL_INTERVAL)
        raise AssertionError(f"{entity_id} is {now}, not {state}")

    async def wait_for_actions(self, action: str, number: int) -> list[dict[str, Any]]:
        """Return what an action was called with, as soon as it was called that often."""

        def calls() -> list[dict[str, Any]]:
            return [data for name, data in self.actions if name == action]

        found = await until(calls, lambda found: len(found) >= number)
        assert len(found) == number, found
        return found

    async def wait_for_notes(self, number: int) -> list[dict[str, Any]]:
        """Return what was sent to the phone."""
        return await self.wait_for_actions("notify.mobile_app_your_phone", number)


def configuration(*contents: Mapping[str, Any]) -> str:
    """Return several configurations as one."""
    merged: dict[str, Any] = {}
    for content in contents:
        for key, value in content.items():
            merged[key] = merged[key] + value if key in merged else value
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in merged.items())


async def live_through_a_day(
    websocket: WebSocket, gateway: Gateway, set_up: SetUp
) -> list[Fired]:
    """Let the gateway deliver the realistic day, and return the events."""

    def fired() -> list[Fired]:
        return [note for note in observer.seen if isinstance(note, Fired)]

    async with Observer(websocket, set_up.entry_id) as observer:
        for sample in REALISTIC_DAY:
            accepted(await gateway.deliver(set_up.webhook, sample))
        assert await observer.wait_until(
            lambda: len(fired()) == len(REALISTIC_DAY), TIMEOUT
        )
    return fired()


@asynccontextmanager
async def running(
    folder: Path,
    *contents: Mapping[str, Any],
    site: Callable[[Gateway], AbstractAsyncContextManager[str]] | None = None,
) -> AsyncIterator[Home]:
    """Run a Home Assistant that has received a realistic day.

    With the gateway's site, of which the address is yielded, it has an API key.
    """
    async with (
        HomeAssistant(
            hass_of(VERSION), folder, extra_configuration=configuration(*contents)
        ) as home_assistant,
        Gateway() as gateway,
        AsyncExitStack() as stack,
    ):
        url = api_key = None
        if site is not None:
            url = await stack.enter_async_context(site(gateway))
            api_key = furnish(gateway)
        set_up = await configure_zender(
            home_assistant.client, gateway, site=url, api_key=api_key
        )
        async with await home_assistant.client.websocket() as websocket:
            day = await live_through_a_day(websocket, gateway, set_up)
            home = Home(home_assistant, websocket, gateway, set_up, day, url)
            following = asyncio.create_task(home.follow())
            yield home
            following.cancel()


async def render(home: Home, template: str, **variables: Any) -> str:
    """Return what a template becomes."""
    client = home.home_assistant.client
    async with home.home_assistant.session.post(
        f"{client.url}/api/template",
        json={"template": template, "variables": variables},
        headers={"Authorization": f"Bearer {client.token}"},
    ) as response:
        text = await response.text()
        assert response.ok, f"{template}: {text}"
        return text


def assert_like_example(
    real: Mapping[str, Any], example: Mapping[str, Any], number: int
) -> None:
    """Compare an example with the real message of the day; only the day and Home Assistant's ids differ."""
    assert [(name, type(value)) for name, value in example.items()] == [
        (name, type(value)) for name, value in real.items()
    ]
    differing = {"config_entry_id", "device_id", "received_at"}
    assert {name: real[name] for name in example.keys() - differing} == {
        name: example[name] for name in example.keys() - differing
    }
    assert example["message_id"] == number + 1


def is_example(sample: Sample, example: Mapping[str, Any]) -> bool:
    """Tell whether a sample is the one that an example shows."""
    return all(
        example.get(name) == value for name, value in sample.meaning.items()
    ) and ("rid" in sample.data) == ("rid" in example)
