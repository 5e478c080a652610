"""What the gateway tells of itself: credits and how much of the plan is used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory
from homeassistant.helpers.typing import StateType

from .coordinator import GatewayState
from .devices import SourceKind
from .entity import CoordinatedEntity
from .gateway.api import Usage

PLAN_USAGE: Final = (
    "sms_send",
    "sms_receive",
    "wa_send",
    "wa_receive",
    "ussd",
    "notifications",
)
"""What a plan limits, under the gateway's names."""


@dataclass(frozen=True, kw_only=True)
class GatewaySensorDescription(SensorEntityDescription):
    """A sensor and where its value is; None when the gateway does not say."""

    source_kind: SourceKind = SourceKind.GATEWAY
    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC
    value: Callable[[GatewayState], StateType]
    attributes: Callable[[GatewayState], Mapping[str, Any]] = lambda _state: {}


def _usage(state: GatewayState, name: str) -> Usage | None:
    return state.subscription.usage.get(name) if state.subscription else None


def _describe_usage(name: str) -> GatewaySensorDescription:
    def value(state: GatewayState) -> StateType:
        usage = _usage(state, name)
        return usage.used if usage else None

    def attributes(state: GatewayState) -> Mapping[str, Any]:
        usage = _usage(state, name)
        return {"limit": usage.limit if usage else None}

    return GatewaySensorDescription(
        key=f"usage_{name}",
        translation_key=f"usage_{name}",
        # The plan begins anew each month.
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_registry_enabled_default=False,
        value=value,
        attributes=attributes,
    )


GATEWAY_SENSORS: Final = (
    GatewaySensorDescription(
        key="credits",
        translation_key="credits",
        state_class=SensorStateClass.MEASUREMENT,
        value=lambda state: state.credits.amount if state.credits else None,
    ),
    GatewaySensorDescription(
        key="plan",
        translation_key="plan",
        value=lambda state: state.subscription.name if state.subscription else None,
    ),
    *map(_describe_usage, PLAN_USAGE),
)


class GatewaySensor(CoordinatedEntity, SensorEntity):
    """Something that the gateway tells of itself."""

    entity_description: GatewaySensorDescription

    @property
    @override
    def native_value(self) -> StateType:
        """Return the value, None when the gateway does not say."""
        return self.entity_description.value(self._gateway) if self._gateway else None

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """Return the currency of the credits."""
        if self.entity_description.key == "credits" and self._gateway:
            told = self._gateway.credits
            return told.currency if told else None
        return None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return what goes with the value."""
        return (
            self.entity_description.attributes(self._gateway) if self._gateway else {}
        )
