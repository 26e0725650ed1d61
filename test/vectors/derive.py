#!/usr/bin/env python3
"""Computes vault-format.json from docs/security.md alone, with Python's hashlib and the `cryptography` package.

Nothing of Vault's own code runs here: that is the point. Run it again only where the format changes:
    python3 test/vectors/derive.py > test/vectors/vault-format.json
"""

import base64
import hashlib
import hmac
import json
import struct
import unicodedata

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PURPOSES = [
    "vaultKey", "recoveredVaultKey", "entryKey", "entryBody", "attachmentChunk", "manifestRoot",
    "logSegment", "logRecord", "session", "cachedToken", "passwordAnswer", "listing",
    "scopedToken", "scopedTokenNote", "scopedTokenLog",
]


def numbered(label: str, length: int) -> bytes:
    """Bytes that look random and are the same in every run."""
    return hashlib.shake_256(b"vault test vector: " + label.encode()).digest(length)


def hkdf(key: bytes, salt: bytes, info: bytes, length: int = 32) -> bytes:
    return HKDF(SHA256(), length, salt or None, info).derive(key)


def context(purpose: str, user: bytes, entry: bytes = bytes(16), revision: int = 0, extra: bytes = b"") -> bytes:
    return struct.pack(">BB16s16sQH", 1, PURPOSES.index(purpose) + 1, user, entry, revision, len(extra)) + extra


def padded_length(length: int) -> int:
    if length <= 4096:
        return -(-length // 256) * 256
    exponent = length.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (length + mask) & ~mask


def seal(key: bytes, ident: bytes, ctx: bytes, data: bytes) -> bytes:
    both = hkdf(key, ident, b"vault/seal/1\0" + ctx, 64)
    plain = struct.pack(">I", len(data)) + data
    plain += bytes(padded_length(len(plain)) - len(plain))
    sealed = AESGCM(both[:32]).encrypt(bytes(12), plain, ctx)
    return b"\x01" + ident + both[32:] + sealed[-16:] + sealed[:-16]


def crockford(data: bytes) -> str:
    bits = len(data) * 8
    symbols = -(-bits // 5)
    number = int.from_bytes(data, "big") << (symbols * 5 - bits)
    text = "".join(CROCKFORD[(number >> (5 * at)) & 31] for at in reversed(range(symbols)))
    return "-".join(text[at : at + 4] for at in range(0, symbols, 4))


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


user, salt, vault_key = numbered("user id", 16), numbered("salt", 16), numbered("vault key", 32)
entry, entry_key, lookup_key = numbered("entry id", 16), numbered("entry key", 32), numbered("lookup key", 32)

# The header, and what comes from a password. The password's NFKC form differs from it.
kdf = {"memoryKiB": 19 * 1024, "iterations": 2, "parallelism": 1}
header = struct.pack(">B16sBIII16s", 1, user, 1, kdf["memoryKiB"], kdf["iterations"], kdf["parallelism"], salt)
password = "Zu\u0308rich \ufb01ve \u2460 \U0001f511"
password_bytes = unicodedata.normalize("NFKC", password).encode()
root = Argon2id(
    salt=salt, length=32, iterations=kdf["iterations"], lanes=kdf["parallelism"], memory_cost=kdf["memoryKiB"]
).derive(password_bytes)
verifier = hkdf(root, b"", b"vault/verifier/1" + header)
kek = hkdf(root, b"", b"vault/kek/1" + header)
wrap_id = numbered("id of the vault key's wrap", 32)
wrapped = seal(kek, wrap_id, context("vaultKey", user, extra=header), vault_key)

# The recovery kit and its wrap.
secret, recovery_id = numbered("recovery secret", 32), numbered("id of the recovery wrap", 32)
payload = b"\x01" + user + secret
kit = payload + sha256(payload)[:4]
recovery_key = hkdf(secret, user, b"vault/recovery/1")
recovery_wrap = seal(recovery_key, recovery_id, context("recoveredVaultKey", user), vault_key)

contexts = [
    {"purpose": "vaultKey", "user": user, "extra": header},
    {"purpose": "recoveredVaultKey", "user": user},
    {"purpose": "entryKey", "user": user, "entry": entry},
    {"purpose": "entryBody", "user": user, "entry": entry, "revision": 1},
    {"purpose": "entryBody", "user": user, "entry": entry, "revision": 2**53 - 1},
    {"purpose": "attachmentChunk", "user": user, "entry": entry, "extra": numbered("attachment id", 16) + struct.pack(">IB", 7, 1)},
    {"purpose": "session", "user": user, "extra": numbered("session id", 16)},
    {"purpose": "listing", "user": user, "extra": bytes(511)},
]

sealed = []
for length in [0, 1, 252, 253, 4092, 4093, 5000]:
    ident, data = numbered(f"seal id {length}", 32), numbered(f"sealed data {length}", length)
    blob = seal(entry_key, ident, context("entryBody", user, entry, length + 1), data)
    # Long blobs are given by their digest: the start says what is wrong, the digest that all of it is right.
    sealed.append({"revision": length + 1, "id": ident, "data": data if length < 300 else None, "dataLabel": f"sealed data {length}",
                   "dataLength": length, "blobStart": blob[:81], "blobLength": len(blob), "blobSha256": sha256(blob)})

terms = [
    {"kind": "name", "number": 1, "term": "github.com"},
    {"kind": "host", "number": 2, "term": "github.com"},
    {"kind": "name", "number": 1, "term": "zürich ßtraße".replace("ß", "ss")},
    {"kind": "host", "number": 2, "term": "xn--mnchen-3ya.de"},
]

# One row of the manifest, the leaf and the node that it makes in an otherwise empty tree, and the root's plain form.
fingerprint_key = hkdf(vault_key, user, b"vault/fingerprint/1")
fingerprint_reference = "vault://work/db?username=app@example.com/caf%C3%A9"
fingerprint_value = "a value, \u00fc"

lookup_values = sorted(numbered(f"lookup value {n}", 16) for n in range(4))
body_blob = seal(entry_key, numbered("manifest body id", 32), context("entryBody", user, entry, 3), b"{}")
wrapped_entry_key = seal(numbered("wrapping key", 32), numbered("entry key wrap id", 32), context("entryKey", user, entry), entry_key)
row = entry + struct.pack(">QBH", 3, 1, len(wrapped_entry_key)) + wrapped_entry_key + body_blob[:81]
row += struct.pack(">H", len(lookup_values)) + b"".join(lookup_values)
leaf_number = int.from_bytes(entry[:2], "big") >> 4
leaf = entry + sha256(row)
leaves = [sha256(b"")] * 64
leaves[leaf_number % 64] = sha256(leaf)
nodes = [sha256(sha256(b"") * 64)] * 64
nodes[leaf_number // 64] = sha256(b"".join(leaves))
lineage, credential_checksum = numbered("lineage", 16), sha256(header + verifier + wrapped + recovery_wrap)
manifest_root = lineage + struct.pack(">QI", 9, 1) + credential_checksum + bytes(32) + b"".join(nodes)

# A scoped token for two entries, and what is kept of it.
token_id, token_secret = numbered("token id", 16), numbered("token secret", 32)
token_key = hkdf(token_secret, token_id, b"vault/token/1")
grants = [(numbered("granted id 1", 16), 3, numbered("granted key 1", 32)), (numbered("granted id 2", 16), 2**53 - 1, numbered("granted key 2", 32))]
token_field = "PIN für 🔑"
scope = struct.pack(">BQIH", 1, 1767225600000, 5, len(token_field.encode())) + token_field.encode() + struct.pack(">H", len(grants))
scope += b"".join(ident + struct.pack(">Q", revision) + key for ident, revision, key in grants)
token_record_id = numbered("id of the token's record", 32)
token_record = seal(token_key, token_record_id, context("scopedToken", user, extra=token_id), scope)

# A segment of the access log with two records, and a token's segment of the same number.
log_key = hkdf(vault_key, user, b"vault/log/1")
segment_number, log_previous, log_secret = 7, numbered("previous link", 32), numbered("log secret", 32)
segment_extra = struct.pack(">I", segment_number) + log_previous
log_head = seal(log_key, numbered("id of the log's head", 32), context("logSegment", user, extra=segment_extra), log_secret)
token_log_head = seal(log_key, numbered("id of a token's head", 32), context("logSegment", user, token_id, extra=segment_extra), log_secret)
log_link = log_first_link = sha256(segment_extra)
state = struct.pack(">II", segment_number, 0) + log_first_link + log_secret
token_log_state = seal(token_key, numbered("id of a token's state", 32), context("scopedTokenLog", user, extra=token_id), state)
log_records, log_state = [], log_secret
for at, text in enumerate(['{"first":"event"}', '{"second":"event"}']):
    extra = struct.pack(">II", segment_number, at) + log_link
    record = seal(hkdf(log_state, b"", b"vault/log/record/1"), numbered(f"id of record {at}", 32), context("logRecord", user, extra=extra), text.encode())
    log_link, log_state = sha256(log_link + record), hkdf(log_state, b"", b"vault/log/next/1")
    log_records.append({"data": text, "record": record, "link": log_link, "nextSecret": log_state})

vectors = {
    "source": "test/vectors/derive.py: computed from docs/security.md with Python's hashlib and the cryptography package, without Vault's code",
    "header": {"userId": user, **kdf, "salt": salt, "bytes": header},
    "password": {"text": password, "nfkcUtf8": password_bytes, "root": root, "verifier": verifier, "keyEncryptionKey": kek},
    "vaultKey": vault_key,
    "wrappedVaultKey": {"id": wrap_id, "blob": wrapped},
    "derivedKeys": {purpose: hkdf(vault_key, user, f"vault/{purpose}/1".encode())
                    for purpose in ["wrap", "lookup", "manifest", "log", "fingerprint"]},
    "recovery": {"secret": secret, "kit": crockford(kit), "key": recovery_key, "id": recovery_id, "blob": recovery_wrap},
    "credentialChecksum": {"withRecovery": credential_checksum, "without": sha256(header + verifier + wrapped)},
    "purposes": {purpose: at + 1 for at, purpose in enumerate(PURPOSES)},
    "contexts": [{**{"entry": None, "revision": 0, "extra": None}, **one,
                  "bytes": context(one["purpose"], user, one.get("entry", bytes(16)), one.get("revision", 0), one.get("extra", b""))}
                 for one in contexts],
    "padding": [[length, padded_length(length)] for length in
                [4, 255, 256, 257, 4095, 4096, 4097, 4352, 4353, 8191, 8192, 8193, 65535, 65536, 65537, 1048580, 8388611, 2**31, 2**32 - 1]],
    "scopedToken": {
        "id": token_id, "secret": token_secret, "key": token_key, "text": "vault1." + base64.urlsafe_b64encode(token_id + token_secret).decode(),
        "expiresAt": 1767225600000, "uses": 5, "field": token_field,
        "grants": [{"id": ident, "lowestRevision": revision, "key": key} for ident, revision, key in grants], "record": token_record,
    },
    "accessLog": {
        "number": segment_number, "previous": log_previous, "secret": log_secret, "head": log_head, "firstLink": log_first_link, "records": log_records,
        "logHead": sha256(struct.pack(">II", segment_number, len(log_records)) + log_link), "tokenHead": token_log_head, "tokenState": token_log_state,
    },
    "seal": {"key": entry_key, "userId": user, "entryId": entry, "blobs": sealed},
    "fingerprint": {
        "key": fingerprint_key, "entryId": entry, "given": fingerprint_value,
        "spelling": fingerprint_reference,
        "reference": hmac.digest(fingerprint_key, b"vault/reference/1\0" + fingerprint_reference.encode(), "sha256")[:16],
        "value": hmac.digest(
            fingerprint_key,
            b"vault/referenced/1\0" + entry + struct.pack(">H", len(fingerprint_reference.encode())) + fingerprint_reference.encode() + fingerprint_value.encode(),
            "sha256",
        ),
    },
    "lookup": {"key": lookup_key, "values": [{**one, "value": hmac.digest(lookup_key, bytes([one["number"]]) + one["term"].encode(), "sha256")[:16]}
                                             for one in terms]},
    "manifest": {
        "row": {"id": entry, "revision": 3, "trashed": True, "wrappedKey": wrapped_entry_key, "bodyStart": body_blob[:81], "lookupValues": lookup_values, "digest": sha256(row)},
        "leafNumber": leaf_number, "leaf": leaf, "nodeNumber": leaf_number // 64, "node": b"".join(leaves),
        "root": {"lineage": lineage, "version": 9, "entries": 1, "bytesSha256": sha256(manifest_root), "length": len(manifest_root)},
    },
}

print(json.dumps(vectors, indent=2, ensure_ascii=False, default=lambda value: value.hex()))
