"""Names that the parts of the integration share."""

from typing import Final

DOMAIN: Final = "zender"

CONF_ALLOWED_SENDERS: Final = "allowed_senders"
CONF_ANSWER_LIMIT: Final = "answer_limit"
CONF_BLOCKED_SENDERS: Final = "blocked_senders"
CONF_CLOUDHOOK_URL: Final = "cloudhook_url"
CONF_DATABASE_URL: Final = "database_url"
CONF_DEDUPLICATE: Final = "deduplicate"
CONF_DELIVER_MISSED_MINUTES: Final = "deliver_missed_minutes"
CONF_DOWNLOAD_ATTACHMENTS: Final = "download_attachments"
CONF_HOURLY_LIMIT: Final = "hourly_limit"
CONF_KEEP_DAYS: Final = "keep_days"
CONF_KEEP_IGNORED: Final = "keep_ignored"
CONF_KEEP_MEGABYTES: Final = "keep_megabytes"
CONF_LOCAL_ONLY: Final = "local_only"
CONF_POLL: Final = "poll"
CONF_SECRET: Final = "secret"
CONF_TEXTS_IN_STATES: Final = "texts_in_states"
CONF_WEBHOOK_URL: Final = "webhook_url"

SUBENTRY_CONTACT: Final = "contact"
SUBENTRY_USSD_CODE: Final = "ussd_code"

DATABASE_FILE: Final = "zender.db"
DEFAULT_ANSWER_LIMIT: Final = 10
DEFAULT_KEEP_DAYS: Final = 90
DEFAULT_KEEP_MEGABYTES: Final = 500

TEXTS_FULL: Final = "full"
TEXTS_NONE: Final = "none"

MANUFACTURER: Final = "Zender"
DOCUMENTATION_URL: Final = "https://github.com/zender-home-assistant/zender"
