#!/usr/bin/env python3
"""Recomputes Koinon's golden vectors without any of Koinon's code.

Needs Python 3.9 and nothing else; with the package `cryptography` it also makes and checks the
Ed25519 signatures. Prints one line per file; exits with 1 at the first difference.

    python3 federation/src/test/python/check_vectors.py
"""

import hashlib
import json
import pathlib
import sys

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ed25519
except ImportError:
    ed25519 = None

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "resources" / "vectors"
INTEGER_MAX = 2**53 - 1
DEPTH_MAX = 16
FIELD = 2**255 - 19
CURVE_D = -121665 * pow(121666, -1, FIELD) % FIELD
ORDER = 2**252 + 27742317777372353535851937790883648493
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}

# What follows the type in an entry's key: members of the body; "author" is the envelope's.
KEYS = {
    "Genesis": [],
    "Joined": ["number"],
    "KeyEvent": ["member", "number"],
    "Proposed": None,
    "Approval": ["subject", "author"],
    "Enrolment": ["study", "author", "number"],
    "ConsentSnapshot": ["study", "author", "number"],
    "Withdrawal": ["study", "author", "snapshot"],
    "DatasetSnapshot": ["study", "author", "number"],
    "RoundOpened": ["study", "round"],
    "Ready": ["study", "round", "author"],
    "Keyed": ["study", "round", "author"],
    "Committed": ["study", "round", "author"],
    "Receipted": ["study", "round", "author"],
    "ReceiptedExtra": ["study", "round", "author", "shard", "contributor"],
    "Sealed": ["study", "round"],
    "Missing": ["study", "round", "author"],
    "Opened": ["study", "round"],
    "Partitioned": ["study", "round"],
    "Separated": ["study", "round", "author"],
    "ShardResult": ["study", "round", "author"],
    "ShardResultExtra": ["study", "round", "author", "shard"],
    "Attested": ["study", "round", "author"],
    "Finalised": None,
    "Rejected": None,
    "Abandoned": None,
    "Accusation": None,
    "Overdue": None,
}


def load(name):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def same(what, computed, standing):
    if computed != standing:
        sys.exit(f"{what}: computed {computed!r}, the file has {standing!r}")


def quote(text):
    out = []
    for c in text:
        if c in ESCAPES:
            out.append(ESCAPES[c])
        elif ord(c) < 0x20:
            out.append(f"\\u{ord(c):04x}")
        else:
            out.append(c)
    return '"' + "".join(out) + '"'


def canonical(value, depth=0):
    """RFC 8785, restricted to what Koinon's ledger holds."""
    if isinstance(value, (list, dict)) and depth >= DEPTH_MAX:
        raise ValueError("too deep")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) > INTEGER_MAX:
            raise ValueError("needs a decimal string")
        return str(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(quote(n) + ":" + canonical(value[n], depth + 1) for n in names) + "}"
    raise ValueError(f"canonical JSON has no {type(value).__name__}")


def encode(value):
    return canonical(value).encode("utf-8")


def is_canonical(data):
    """Whether the bytes are the encoding of a value."""
    try:
        return encode(json.loads(data.decode("utf-8"))) == data
    except (ValueError, RecursionError):
        return False


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def prefixed(part):
    return len(part).to_bytes(4, "big") + part


def tagged(tag, *parts):
    return sha256(prefixed(tag.encode("utf-8")), *(prefixed(part) for part in parts))


def body_digest(type_name, body):
    return tagged("koinon/body/v1", type_name.encode("utf-8"), encode(body))


def check_canonical():
    vectors = load("canonical.json")
    for case in vectors["accepted"]:
        same(case["name"], canonical(case["value"]), case["canonical"])
        same(case["name"], encode(case["value"]).hex(), case["hex"])
        same(case["name"], sha256(encode(case["value"])).hex(), case["sha256"])
        same(case["name"], is_canonical(bytes.fromhex(case["hex"])), True)
    for case in vectors["refused"]:
        same("refused " + case["hex"], is_canonical(bytes.fromhex(case["hex"])), False)
    return len(vectors["accepted"]) + len(vectors["refused"])


def check_digest():
    vectors = load("digest.json")
    for case in vectors["tagged"]:
        parts = [bytes.fromhex(p["hex"]) if "hex" in p else bytes(p["zeros"]) for p in case["parts"]]
        same(case["tag"], tagged(case["tag"], *parts).hex(), case["digest"])
    for case in vectors["body"]:
        body = json.loads(case["body"])
        same(case["name"], canonical(body), case["body"])
        same(case["name"], body_digest(case["type"], body).hex(), case["digest"])
    return len(vectors["tagged"]) + len(vectors["body"])


def leaf_hash(data):
    return sha256(b"\0", data)


def root(hashes):
    """RFC 6962 section 2.1, as it is written there."""
    if not hashes:
        return sha256()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return sha256(b"\1", root(hashes[:k]), root(hashes[k:]))


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def path(m, hashes):
    """RFC 6962 section 2.1.1."""
    if len(hashes) <= 1:
        return []
    k = split(len(hashes))
    if m < k:
        return path(m, hashes[:k]) + [root(hashes[k:])]
    return path(m - k, hashes[k:]) + [root(hashes[:k])]


def sub_proof(m, hashes, whole):
    """RFC 6962 section 2.1.2."""
    if m == len(hashes):
        return [] if whole else [root(hashes)]
    k = split(len(hashes))
    if m <= k:
        return sub_proof(m, hashes[:k], whole) + [root(hashes[k:])]
    return sub_proof(m - k, hashes[k:], False) + [root(hashes[:k])]


def check_merkle():
    vectors = load("merkle.json")
    hashes = [leaf_hash(bytes.fromhex(leaf["hex"])) for leaf in vectors["leaves"]]
    same("leaf hashes", [h.hex() for h in hashes], [leaf["hash"] for leaf in vectors["leaves"]])
    for n, standing in enumerate(vectors["roots"]):
        same(f"root of {n}", root(hashes[:n]).hex(), standing)
    for case in vectors["inclusion"]:
        proof = path(case["index"], hashes[: case["size"]])
        same(f"inclusion {case['index']}/{case['size']}", [h.hex() for h in proof], case["path"])
    for case in vectors["consistency"]:
        m, n = case["from"], case["to"]
        proof = sub_proof(m, hashes[:n], True) if m > 0 else []
        same(f"consistency {m}/{n}", [h.hex() for h in proof], case["path"])
    return sum(len(vectors[part]) for part in ("roots", "inclusion", "consistency"))


def verifies(public_key, message, signature):
    try:
        key = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), message)
        return True
    except InvalidSignature:
        return False


def add(p, q):
    """Sum of two points of edwards25519 in affine coordinates, RFC 8032 section 5.1.4."""
    (x1, y1), (x2, y2) = p, q
    t = CURVE_D * x1 * x2 * y1 * y2 % FIELD
    x3 = (x1 * y2 + x2 * y1) * pow(1 + t, -1, FIELD) % FIELD
    y3 = (y1 * y2 + x1 * x2) * pow(1 - t, -1, FIELD) % FIELD
    return (x3, y3)


def times(n, p):
    total = (0, 1)
    while n > 0:
        if n & 1:
            total = add(total, p)
        p, n = add(p, p), n >> 1
    return total


def is_key(data):
    """Whether the bytes are a point of prime order, in its one encoding."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= FIELD:
        return False
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if x * x % FIELD != square:
        x = x * pow(2, (FIELD - 1) // 4, FIELD) % FIELD
    if x * x % FIELD != square or (x == 0 and sign):
        return False
    point = (x if x & 1 == sign else FIELD - x, y)
    return point != (0, 1) and times(ORDER, point) == (0, 1)


def check_signature():
    vectors = load("signature.json")
    for case in vectors["signed"]:
        same("a key", is_key(bytes.fromhex(case["publicKey"])), True)
    for bad in vectors["refusedKeys"]:
        same("refused key " + bad, is_key(bytes.fromhex(bad)), False)
    for case in vectors["signed"]:
        same("key id", sha256(bytes.fromhex(case["publicKey"])).hex(), case["keyId"])
        if ed25519:
            key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(case["seed"]))
            same("public key", key.public_key().public_bytes_raw().hex(), case["publicKey"])
            message = bytes.fromhex(case["message"])
            same("signature", key.sign(message).hex(), case["signature"])
    for case in vectors["judged"] if ed25519 else []:
        message = bytes.fromhex(case["message"])
        judged = verifies(case["publicKey"], message, case["signature"])
        same(case["name"], judged, case["valid"])
    cases = len(vectors["signed"]) + len(vectors["refusedKeys"])
    return cases + (len(vectors["judged"]) if ed25519 else 0)


def entry_key(entry):
    body, kind = entry["body"], entry["type"]
    if kind == "Proposed":
        return f"Study~{body['study']['id']}~{body['study']['version']}"
    if kind in ("Finalised", "Rejected", "Abandoned"):
        return f"Ending~{body['study']}~{body['round']}"
    if kind == "Overdue":
        phase = body["phase"].upper().replace("-", "_")
        parts = [body["study"], body["round"], entry["author"], phase, body["n"]]
    elif kind == "Accusation":
        what = body["kind"].upper().replace("-", "_")
        parts = [body["study"], body["round"], entry["author"], body["accused"], what]
    else:
        parts = [entry["author"] if p == "author" else body[p] for p in KEYS[kind]]
    return "~".join([kind] + [str(part) for part in parts])


def signed_message(entry):
    unsigned = {name: value for name, value in entry.items() if name != "signature"}
    return prefixed(b"koinon/entry/v1") + encode(unsigned)


def check_entries():
    vectors = load("entries.json")
    kinds = set()
    for case in vectors["entries"]:
        name, data = case["name"], case["canonical"].encode("utf-8")
        entry = json.loads(case["canonical"])
        kinds.add(entry["type"])
        same(name, is_canonical(data), True)
        same(name, sorted(entry), "author body consortium key seen signature type v".split())
        same(name, len(data), case["bytes"])
        same(name, sha256(data).hex(), case["digest"])
        same(name, leaf_hash(data).hex(), case["leafHash"])
        same(name, body_digest(entry["type"], entry["body"]).hex(), case["bodyDigest"])
        same(name, entry_key(entry), case["entryKey"])
        same(name, sha256(bytes.fromhex(case["publicKey"])).hex(), entry["key"])
        if ed25519:
            seed = tagged(vectors["seedTag"], entry["author"].encode("utf-8"))
            key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
            same(name, key.public_key().public_bytes_raw().hex(), case["publicKey"])
            same(name, key.sign(signed_message(entry)).hex(), entry["signature"])
    same("kinds of entries", sorted(kinds), sorted(KEYS))
    return len(vectors["entries"])


def check_arithmetic(vectors):
    for case in vectors["quorum"]:
        n = case["n"]
        computed = {"n": n, "votes": 2 * n // 3 + 1, "faults": (n - 1) // 3, "majority": n // 2 + 1}
        same(f"quorum of {n}", computed, case)
    for case in vectors["shards"]:
        line, count = case["line"], len(case["line"])
        replicas = case["replicas"]
        faults = (count - 1) // 3
        for s, shard in enumerate(case["shards"]):
            rotated = line[s:] + line[:s]
            same("line", rotated, shard["line"])
            same("owners", rotated[:replicas], shard["owners"])
            same("spares", rotated[replicas : replicas + faults + 1], shard["spares"])
        for block in case["starts"]:
            computed = [s * block["words"] // count for s in range(count + 1)]
            same("starts", computed, block["starts"])


def check_founding(vectors, genesis):
    founding = {"founding": genesis["consortium"], "founders": genesis["founders"]}
    same("founding", canonical(founding), vectors["founding"]["signed"])
    joining = vectors["joining"]
    same("joining", is_canonical(joining["signed"].encode("utf-8")), True)
    if ed25519:
        message = joining["signed"].encode("utf-8")
        same("joining", verifies(joining["publicKey"], message, joining["acceptance"]), True)
        for one in vectors["founding"]["acceptances"]:
            same(one["member"], genesis["acceptances"][one["member"]], one["signature"])
            accepted = verifies(one["publicKey"], encode(founding), one["signature"])
            same(one["member"], accepted, True)


def places(bitmap):
    data = bytes.fromhex(bitmap)
    return {8 * i + bit for i, byte in enumerate(data) for bit in range(8) if byte >> bit & 1}


def check_round(case, consortium, log):
    """The phase hashes of an open round without dropouts, from the entries of the log."""
    said = [(text, e) for text, e in log if e["body"].get("round") == case["round"]]

    def of(kind):
        found = [(text, e) for text, e in said if e["type"] == kind]
        found.sort(key=lambda one: one[1]["author"])
        return [(e["author"], e["body"], sha256(text.encode("utf-8"))) for text, e in found]

    def phase(parts):
        return tagged("koinon/phase/v1", *parts).hex()

    opened = of("RoundOpened")[0][1]
    context = tagged("koinon/round/v1", consortium.encode(), body_digest("RoundOpened", opened))
    same("context", context.hex(), case["context"])
    same("ready", phase([d for _, _, d in of("Ready")]), case["ready"])
    same("committed", phase([d for _, _, d in of("Committed")]), case["committed"])

    line = [author for author, _, _ in of("Ready")]
    held = set()
    for author, body, _ in of("Receipted"):
        for receipt in body["receipts"]:
            others = {line[place] for place in places(receipt["from"])} - {author}
            held |= {(other, receipt["shard"]) for other in others}
    extras = {(body["contributor"], body["shard"]): d for _, body, d in of("ReceiptedExtra")}
    gaps = [(m, s) for m in line for s in range(len(line)) if (m, s) not in held]
    counted = [d for _, _, d in of("Receipted")] + [extras[piece] for piece in gaps]
    same("receipted", phase(counted), case["receipted"])

    sealed = body_digest("Sealed", of("Sealed")[0][1])
    same("sealed", sealed.hex(), case["sealed"])
    same("contributors", of("Sealed")[0][1]["contributors"], case["contributors"])
    sums = {r["shard"]: r["root"] for _, body, _ in of("ShardResult") for r in body["roots"]}
    roots = [bytes.fromhex(sums[shard]) for shard in sorted(sums)]
    same("shardResult", phase([sealed] + roots), case["shardResult"])
    same("ending", said[-1][1]["type"], case["ending"])


def check_rounds():
    vectors = load("round.json")
    check_arithmetic(vectors)
    texts = vectors["rounds"]["log"]
    log = [(text, json.loads(text)) for text in texts]
    check_founding(vectors, log[0][1]["body"])
    hashes = [leaf_hash(text.encode("utf-8")) for text in texts]
    same("root of the log", root(hashes).hex(), vectors["rounds"]["root"])
    for _, entry in log:
        seen = entry["seen"]
        same("seen", root(hashes[: seen["size"]]).hex(), seen["root"])
    for case in vectors["rounds"]["rounds"]:
        same("opened at", log[case["openedAt"]][1]["type"], "RoundOpened")
        check_round(case, log[0][1]["consortium"], log)
    return len(vectors["quorum"]) + len(vectors["shards"]) + len(log)


def check_graph(case):
    """Who masks with whom, and who is left once everybody with too few edges is taken out."""
    ready, faults = case["ready"], case["faults"]
    held = {one["member"]: {ready[p] for p in places(one["packs"])} for one in case["packs"]}
    for member in held:
        held[member].add(member)
    edges = {
        a: [b for b in ready if a != b and b in held.get(a, ()) and a in held.get(b, ())]
        for a in ready
    }
    same("neighbours", [edges[member] for member in ready], case["neighbours"])
    kept = set(held)
    while True:
        weak = set()
        for member in kept:
            degree = len(kept & set(edges[member]))
            holders = sum(member in packs for packs in held.values())
            if 2 * (degree + 1) <= len(kept) + max(1, faults) or holders < case["threshold"]:
                weak.add(member)
        if not weak:
            break
        kept -= weak
    same("kept", [member for member in ready if member in kept], case["kept"])


def threshold(n, ready):
    return max(2 * ready // 3 + 1, (ready + (n - 1) // 3) // 2 + 1)


def check_masked_round(case):
    """The sets and phase hashes of a masked round without dropouts, from the entries of the log."""
    log = [(text, json.loads(text)) for text in case["log"]]
    hashes = [leaf_hash(text.encode("utf-8")) for text, _ in log]
    same("root of the log", root(hashes).hex(), case["root"])

    def of(kind):
        found = [(e["author"], e["body"], sha256(t.encode())) for t, e in log if e["type"] == kind]
        return sorted(found, key=lambda one: one[0])

    def phase(parts):
        return tagged("koinon/phase/v1", *parts)

    opened = of("RoundOpened")[0][1]
    consortium = log[0][1]["consortium"].encode()
    context = tagged("koinon/round/v1", consortium, body_digest("RoundOpened", opened))
    same("context", context.hex(), case["context"])
    same("ready", phase([d for _, _, d in of("Ready")]).hex(), case["ready"])
    keyed = phase([d for _, _, d in of("Keyed")])
    same("keyed", keyed.hex(), case["keyed"])

    ready = [author for author, _, _ in of("Ready")]
    packs = {author: {ready[p] for p in places(b["packs"])} for author, b, _ in of("Keyed")}
    t = threshold(len(opened["roster"]), len(ready))
    kept = [m for m in ready if sum(m in held for held in packs.values()) >= t]
    line = sorted(kept, key=lambda m: tagged("koinon/private-sum/v1/perm", m.encode(), keyed))
    same("line", line, case["line"])
    for author, body, _ in of("Committed"):
        same(author, body["phase"], keyed.hex())
    same("committed", phase([d for _, _, d in of("Committed")]).hex(), case["committed"])
    same("receipted", phase([d for _, _, d in of("Receipted")]).hex(), case["receipted"])
    same("contributors", of("Sealed")[0][1]["contributors"], case["contributors"])
    same("contributors", kept, case["contributors"])

    sealed = body_digest("Sealed", of("Sealed")[0][1])
    opening = of("Opened")[0][1]
    same("set that is opened", opening["sealed"], sealed.hex())
    sums = {r["shard"]: r["root"] for _, body, _ in of("ShardResult") for r in body["roots"]}
    same("sums", opening["sums"], [{"shard": s, "root": sums[s]} for s in range(len(line))])
    counted = [sealed] + [bytes.fromhex(sums[s]) for s in range(len(line))]
    same("shardResult", phase(counted).hex(), case["shardResult"])
    for author, body, _ in of("Attested"):
        same(author, body["phase"], case["shardResult"])
        same(author, "checkSums" in body["unmasked"], author in kept)
    return len(log)


def check_masked():
    vectors = load("masked.json")
    for case in vectors["thresholds"]:
        same(f"threshold of {case}", threshold(case["n"], case["ready"]), case["threshold"])
    for case in vectors["graphs"]:
        check_graph(case)
    cases = len(vectors["thresholds"]) + len(vectors["graphs"])
    return cases + check_masked_round(vectors["round"])


def main():
    checks = {
        "canonical": check_canonical,
        "digest": check_digest,
        "merkle": check_merkle,
        "signature": check_signature,
        "entries": check_entries,
        "round": check_rounds,
        "masked": check_masked,
    }
    for name, check in checks.items():
        print(f"{name}.json: {check()} cases agree")
    if not ed25519:
        print("Ed25519 was not checked: the package 'cryptography' is not installed")


if __name__ == "__main__":
    main()
