"""The tables of the journal."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects import mysql

SCHEMA_VERSION: Final = 3

PREFIX: Final = "zender_"

MAX_NAME: Final = 255
"""Characters of a name, as of the sender's."""

BLANKED: Final = 2
"""What `pending` says of a message without what was private in it."""

metadata = MetaData()

# SQLite gives a row id only to INTEGER; the others need more than 32 bits for a long life.
ID = BigInteger().with_variant(Integer(), "sqlite")
# MariaDB indexes no bytes of unknown length, and cuts a TEXT after 64 KiB.
_DIGEST = LargeBinary(16).with_variant(mysql.BINARY(16), "mysql", "mariadb")
TEXT = Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
_NAME = String(MAX_NAME)

# MariaDB's usual order of characters takes letters of either case, and all emoji, for the same.
OPTIONS: Final[dict[str, Any]] = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mariadb_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_bin",
}

schema_info = Table(
    f"{PREFIX}schema", metadata, Column("version", Integer, nullable=False), **OPTIONS
)

# Up to where an entry's messages have been delivered to Home Assistant.
entries = Table(
    f"{PREFIX}entries",
    metadata,
    Column("entry_id", _NAME, primary_key=True),
    Column("delivered_id", ID, nullable=False),
    **OPTIONS,
)

# The phones and WhatsApp accounts, so that a message does not repeat their long names.
sources = Table(
    f"{PREFIX}sources",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("entry_id", _NAME, nullable=False),
    Column("source", _NAME, nullable=False),
    Index(f"{PREFIX}sources_name", "entry_id", "source", unique=True),
    **OPTIONS,
)

# Without the id, which SQLite and MariaDB add of themselves, PostgreSQL's are a fifth of the size.
SOURCE_INDEX: Final = Index(f"{PREFIX}messages_source_id", "source_id")
PEER_INDEX: Final = Index(f"{PREFIX}messages_of_peer", "peer")

messages = Table(
    f"{PREFIX}messages",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("source_id", ID, ForeignKey(sources.c.id), nullable=False),
    Column("kind", SmallInteger, nullable=False),
    # 0 received, 1 sent.
    Column("direction", SmallInteger, nullable=False),
    # 0 when it was delivered before it could be written, so that it is never delivered again;
    # 2 when what is private was taken out of it, so that it is no longer shown.
    Column("pending", SmallInteger, nullable=False),
    Column("gateway_id", BigInteger, nullable=False),
    Column("rid", BigInteger),
    Column("sim", BigInteger),
    # Who wrote or is written to: a number, a group, a USSD code, an app's package.
    Column("peer", _NAME, nullable=False),
    Column("title", TEXT),
    Column("text", TEXT, nullable=False),
    Column("attachment", TEXT),
    Column("extra", TEXT),
    # Unix seconds at the gateway; milliseconds since 1970 here.
    Column("timestamp", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    # Equal for the same message; NULL when equal ones are wanted.
    Column("fingerprint", _DIGEST),
    # Equal for an SMS that the phone uploaded twice, and for what was fetched and is delivered, too.
    Column("upload", _DIGEST),
    # What became of a sent message; of a received one, whether its sender is ignored, else NULL.
    Column("state", SmallInteger),
    # What it is found by, where no index keeps that and it is not just the text in small letters.
    Column("folded", TEXT),
    SOURCE_INDEX,
    PEER_INDEX,
    Index(f"{PREFIX}messages_received", "received_at"),
    Index(f"{PREFIX}messages_fingerprint", "fingerprint", unique=True),
    Index(
        f"{PREFIX}messages_upload",
        "upload",
        sqlite_where=text("upload IS NOT NULL"),
        postgresql_where=text("upload IS NOT NULL"),
    ),
    **OPTIONS,
)

# What a sensor shows after a restart; what is purged is still counted.
counters = Table(
    f"{PREFIX}counters",
    metadata,
    Column("source_id", ID, ForeignKey(sources.c.id), primary_key=True),
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),
    # -1 when the gateway did not say.
    Column("sim", BigInteger, primary_key=True, autoincrement=False),
    Column("received", BigInteger, nullable=False),
    Column("last_id", ID, nullable=False),
    **OPTIONS,
)
