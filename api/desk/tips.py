"""Reports of whistle-blowers: who reports is readable with one key alone, which is not kept here.

Whoever files a report needs the public key only. The identity is sealed with a key made for it (X25519, HKDF-SHA256,
ChaCha20-Poly1305) and bound to the report's id, so that it cannot be moved to another.

Invariants (tests/unit/test_desk_tips.py holds one test a number)
1. The identity is in no file, list or text in clear; without the private key nobody reads it.
2. What the reporter may be known by is hidden in the text when the report is filed, however it is spelled.
3. Whoever reads an identity says why, and that is recorded before it is shown; a reason that names the reporter does not.
4. Words that were not known when a report was filed are masked in it too (`remask`): recorded with who did it and when, once for
   each report, and what stood there before is nowhere in the file any more.
"""

from __future__ import annotations

import base64
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from analytics.lifecycle.publication import masked
from api.desk.reporter import reporter, without
from graph.codec import digest
from graph.errors import ConfigError, InputError, NotFound, Refused, StoreError
from graph.store.sqlite_file import opened

_NONCE: Final = bytes(12)
"""Each message has a key of its own, so that a fixed nonce is used once."""
_PUBLIC_BYTES: Final = 32
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS tip (
  id TEXT PRIMARY KEY, at TEXT NOT NULL, about TEXT NOT NULL, text TEXT NOT NULL, sealed TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tip_read (tip TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tip_masked (tip TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Tip:
    """A report as it may be listed: no word of who made it."""

    id: str
    at: str
    about: str
    text: str


def new_keys() -> tuple[str, str]:
    """Return a private and a public key as text."""
    private = X25519PrivateKey.generate()
    return _written(private.private_bytes_raw()), _written(private.public_key().public_bytes_raw())


def seal(identity: str, public: str, bound_to: str) -> str:
    """Seal a text so that only the private key opens it, and only for what it is bound to."""
    receiver = X25519PublicKey.from_public_bytes(_read(public, "ZEREN_TIP_KEY"))
    once = X25519PrivateKey.generate()
    sender = once.public_key().public_bytes_raw()
    cipher = ChaCha20Poly1305(_shared(once.exchange(receiver), sender))
    return _written(sender + cipher.encrypt(_NONCE, identity.encode(), bound_to.encode()))


def unseal(sealed: str, private: str, bound_to: str) -> str:
    """Open what was sealed; raises `Refused` with another key, or where it was altered or moved."""
    content = base64.urlsafe_b64decode(sealed)
    sender, text = content[:_PUBLIC_BYTES], content[_PUBLIC_BYTES:]
    key = X25519PrivateKey.from_private_bytes(_read(private, "the key"))
    try:
        shared = _shared(key.exchange(X25519PublicKey.from_public_bytes(sender)), sender)
        return ChaCha20Poly1305(shared).decrypt(_NONCE, text, bound_to.encode()).decode()
    except InvalidTag:
        raise Refused("this key does not open the identity, or it was altered", zh="该密钥不能打开，或内容已被改动") from None


def _shared(secret: bytes, sender: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=sender, info=b"zeren tip").derive(secret)


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _read(text: str, what: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text.strip())
    except ValueError as error:
        raise ConfigError(f"{what} is no key", zh=f"{what} 不是密钥") from error
    if len(raw) != _PUBLIC_BYTES:
        raise ConfigError(f"{what} is no key: `zeren tip keys` makes a pair", zh=f"{what} 不是密钥：可用 `zeren tip keys` 生成")
    return raw


class Tips:
    """The reports in the file of operational state, or for a dry run in a copy in memory; use it in a `with` statement."""

    def __init__(self, place: str, *, dry_run: bool = False) -> None:
        try:
            self._db = opened(place, dry_run=dry_run)
            self._db.execute("PRAGMA secure_delete=ON")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise StoreError(f"the file of reports cannot be opened: {error}", zh=f"举报文件不能打开：{error}") from error

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self._db.close()

    def file(self, about: str, text: str, identity: str, public: str, at: datetime) -> Tip:
        """File a report.

        Parameters
        ----------
        about : str
            The enterprise.
        text : str
            What is reported.
        identity : str
            Who reports: `姓名：…`, `电话：…`, `地址：…`, a line each; see `api.desk.reporter`.
        public : str
            The key that seals it.
        at : datetime
            When.

        Raises
        ------
        InputError
            No text, or nothing that can be read as a name of whoever reports.
        """
        if not text.strip() or not identity.strip():
            raise InputError("a report needs a text and who makes it", zh="举报须有内容和举报人")
        reporter(identity)
        clean = without(text, identity)
        tip = Tip(f"tip-{digest(about, clean, at.isoformat())}", at.isoformat(timespec="seconds"), about, clean)
        sealed = seal(identity, public, tip.id)
        self._db.execute("INSERT INTO tip VALUES (?, ?, ?, ?, ?)", (tip.id, tip.at, tip.about, tip.text, sealed))
        return tip

    def filed(self) -> list[Tip]:
        """Return the reports, without a word of who made them."""
        return [Tip(*map(str, row)) for row in self._db.execute("SELECT id, at, about, text FROM tip ORDER BY at, id")]

    def reveal(self, tip: str, private: str, who: str, why: str, at: datetime) -> str:
        """Return who made a report; that it was read, by whom and why, is recorded first."""
        if not why.strip():
            raise InputError("reading an identity needs a reason (--why)", zh="查看举报人身份须说明理由（--why）")
        row = self._db.execute("SELECT sealed FROM tip WHERE id = ?", (tip,)).fetchone()
        if row is None:
            raise NotFound(f"no report {tip!r}", zh=f"没有编号为“{tip}”的举报")
        identity = unseal(row[0], private, tip)
        told = without(why, identity)
        self._db.execute("INSERT INTO tip_read VALUES (?, ?, ?, ?)", (tip, at.isoformat(), who, told))
        return identity

    def remask(self, who: str, at: datetime, *, dry_run: bool = False) -> list[Tip]:
        """Mask every report, and the reasons of whoever read one, by the words that are known now; return the reports that change.

        Who reports was hidden in the text when it was filed and stays so: for this nobody needs the private key.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            texts = [(masked(tip.text), tip) for tip in self.filed()]
            texts = [(clean, tip) for clean, tip in texts if clean != tip.text]
            reasons = [(masked(why), row, tip, why) for row, tip, why in self._db.execute("SELECT rowid, tip, why FROM tip_read")]
            reasons = [each for each in reasons if each[0] != each[3]]
            touched = {tip.id for _, tip in texts} | {tip for _, _, tip, _ in reasons}
            made = [replace(tip, text=masked(tip.text)) for tip in self.filed() if tip.id in touched]
            if not dry_run:
                self._db.executemany("UPDATE tip SET text = ? WHERE id = ?", [(clean, tip.id) for clean, tip in texts])
                self._db.executemany("UPDATE tip_read SET why = ? WHERE rowid = ?", [(clean, row) for clean, row, *_ in reasons])
                rows = [(tip.id, at.isoformat(timespec="seconds"), who) for tip in made]
                self._db.executemany("INSERT INTO tip_masked VALUES (?, ?, ?)", rows)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        if not dry_run and self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            raise StoreError(
                "the reports are masked, but others read the file, so that it still holds what stood there: repeat it",
                zh="举报已重新遮蔽，但文件正被他人读取，原文尚在其中：请再执行一次",
            )
        return made

    def maskings(self) -> list[dict[str, str]]:
        """Return which report was masked anew, when and by whom."""
        rows = self._db.execute("SELECT tip, at, who FROM tip_masked ORDER BY at, tip")
        return [dict(zip(("tip", "at", "who"), row, strict=True)) for row in rows]

    def readings(self) -> list[dict[str, str]]:
        """Return who read whose identity, when and why."""
        rows = self._db.execute("SELECT tip, at, who, why FROM tip_read ORDER BY at")
        return [dict(zip(("tip", "at", "who", "why"), row, strict=True)) for row in rows]
