#!/usr/bin/env python3
"""Recomputes the golden vectors of the private sum without any of Koinon's code.

Needs Python 3.9 and the package `cryptography`; its ML-KEM, where it has one, checks the X-Wing
keys, which are otherwise left out and said to be. Exits with 1 at the first difference.

    python3 gossip-aggregation/src/test/python/check_private_sum.py
"""

import hashlib
import hmac
import json
import pathlib
import sys

from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

try:
    from cryptography.hazmat.primitives.asymmetric import mlkem
except ImportError:
    mlkem = None

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "resources" / "vectors"
ADDRESSES = HERE.parents[3] / "peer-node/src/test/resources/vectors/addresses.json"
TAG = "koinon/private-sum/v1/"
CHECKS = 40
METRICS = 3


def load(name):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def same(what, computed, standing):
    if computed != standing:
        sys.exit(f"{what}: computed {computed!r}, the file has {standing!r}")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u32(number):
    return number.to_bytes(4, "big")


def u16(number):
    return number.to_bytes(2, "big")


def prefixed(part):
    return u32(len(part)) + part


def unhex(text):
    return bytes.fromhex(text)


# Merkle trees of RFC 6962.


def parent(left, right):
    return sha256(b"\1", left, right)


def split(n):
    return 1 << (n - 1).bit_length() - 1


def root(hashes):
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return parent(root(hashes[:k]), root(hashes[k:]))


def path(index, hashes):
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return path(index, hashes[:k]) + [root(hashes[k:])]
    return path(index - k, hashes[k:]) + [root(hashes[:k])]


# Shamir over GF(2^8).


def times(a, b):
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def inverse(a):
    power = 1
    for _ in range(254):
        power = times(power, a)
    return power


def at_zero(points):
    """The value at 0 of the polynomial through {x: bytes}, byte by byte."""
    secret = bytearray(32)
    for x, share in points.items():
        factor = 1
        for other in points:
            if other != x:
                factor = times(factor, times(other, inverse(other ^ x)))
        for i, value in enumerate(share):
            secret[i] ^= times(factor, value)
    return bytes(secret)


def x_wing_keys(seed):
    """Draft-connolly-cfrg-xwing-kem, expandDecapsulationKey."""
    expanded = hashlib.shake_256(seed).digest(96)
    lattice = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    curve = x25519.X25519PrivateKey.from_private_bytes(expanded[64:])
    public = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return lattice, curve, public


def x_wing_decapsulate(seed, ciphertext):
    lattice, curve, public = x_wing_keys(seed)
    one = lattice.decapsulate(ciphertext[:1088])
    other = curve.exchange(x25519.X25519PublicKey.from_public_bytes(ciphertext[1088:]))
    combined = one + other + ciphertext[1088:] + public[1184:] + rb"\.//^" + b"\\"
    return hashlib.sha3_256(combined).digest()


class Attempt:
    """What the file says, and the arithmetic of the private sum over it."""

    def __init__(self, vectors):
        self.vectors = vectors
        self.context = unhex(vectors["context"])
        self.number = {name: i + 1 for i, name in enumerate(sorted(vectors["roster"]))}
        self.ready = sorted(vectors["ready"])
        self.dealings = {row["dealer"]: row for row in vectors["dealings"]}
        self.pairs = {}
        for row in vectors["pairs"]:
            self.pairs[row["lower"], row["higher"]] = self.pairs[row["higher"], row["lower"]] = row
        self.key_hash = {row["member"]: unhex(row["keyHash"]) for row in vectors["keys"]}

    def place(self, member):
        return u32(self.number[member])

    def hash(self, tag, *parts):
        bound = [(TAG + tag).encode(), self.context, *parts]
        return sha256(*(prefixed(part) for part in bound))

    def derive(self, key, label, info, length):
        pseudorandom = hmac.digest(self.context, key, "sha256")
        info = prefixed(label.encode()) + info
        output = block = b""
        counter = 1
        while len(output) < length:
            block = hmac.digest(pseudorandom, block + info + bytes([counter]), "sha256")
            output += block
            counter += 1
        return output[:length]

    def stream(self, seed, label, first, length):
        key = self.derive(seed, label, b"", 32)
        return Cipher(algorithms.AES(key), modes.CTR(first)).encryptor().update(bytes(length))

    def masks(self, member, edges):
        """Streams' seeds and signs on a member's vector."""
        own = unhex(self.dealings[member]["self"])
        yield self.derive(own, "self", self.place(member), 32), 1
        for other in edges:
            sign = 1 if self.number[member] < self.number[other] else -1
            yield unhex(self.pairs[member, other]["mask"]), sign

    def add(self, vector, masks, bits, shards):
        """The words of both blocks with the masks added."""
        total = [list(block) for block in vector]
        for block, words in enumerate(total):
            width = (bits, 64)[block] // 8
            for shard in range(shards):
                start = shard * len(words) // shards
                end = (shard + 1) * len(words) // shards
                first = u32(shard) + u32(block) + bytes(8)
                for seed, sign in masks:
                    stream = self.stream(seed, "prg", first, (end - start) * width)
                    for i in range(start, end):
                        word = stream[(i - start) * width : (i - start + 1) * width]
                        added = sign * int.from_bytes(word, "little")
                        words[i] = (words[i] + added) % (1 << 8 * width)
        return total

    def check_sums(self, vector, bits):
        beacon = unhex(self.vectors["beacon"])
        count = sum(len(block) for block in vector)
        stream = self.stream(beacon, "check", bytes(16), 8 * count)
        out = b""
        at = 0
        for block, words in enumerate(vector):
            width = (bits, 64)[block]
            sums = [0] * CHECKS
            for word in words:
                selected = int.from_bytes(stream[at : at + 8], "little")
                at += 8
                for m in range(CHECKS):
                    sums[m] += (selected >> m & 1) * word
            out += b"".join((s % (1 << width)).to_bytes(width // 8, "little") for s in sums)
        return out


def check_hashes(attempt):
    for row in attempt.vectors["hashes"]:
        parts = [unhex(part) for part in row["parts"]]
        same("hash " + row["tag"], attempt.hash(row["tag"], *parts).hex(), row["digest"])
    for row in attempt.vectors["derivations"]:
        output = unhex(row["output"])
        info = unhex(row["info"])
        derived = attempt.derive(unhex(row["key"]), row["label"], info, len(output))
        same("derivation", derived, output)
    return len(attempt.vectors["hashes"]) + len(attempt.vectors["derivations"])


def check_x_wing():
    cases = load("xwing.json")
    for case in cases:
        seed, ciphertext = unhex(case["seed"]), unhex(case["ct"])
        same("public key", x_wing_keys(seed)[2].hex(), case["pk"])
        same("shared secret", x_wing_decapsulate(seed, ciphertext).hex(), case["ss"])
    return len(cases)


def check_keys(attempt):
    seeds = {}
    for row in attempt.vectors["keys"]:
        member, public = row["member"], unhex(row["publicKey"])
        seeds[member] = unhex(row["seed"])
        same("number", attempt.number[member], row["number"])
        same("key hash", attempt.hash("pk", attempt.place(member), public).hex(), row["keyHash"])
        if mlkem:
            same("public key", x_wing_keys(seeds[member])[2], public)
    for row in attempt.vectors["pairs"]:
        lower, higher = row["lower"], row["higher"]
        ciphertext, shared = unhex(row["ciphertext"]), unhex(row["shared"])
        if mlkem:
            same("shared secret", x_wing_decapsulate(seeds[higher], ciphertext), shared)
        info = attempt.place(lower) + attempt.place(higher)
        info += attempt.key_hash[lower] + attempt.key_hash[higher] + sha256(ciphertext)
        keys = attempt.derive(shared, "pair", info, 96).hex()
        same("keys of a pair", keys, row["toHigher"] + row["toLower"] + row["mask"])
    return len(attempt.vectors["keys"]) + len(attempt.vectors["pairs"])


def check_dealings(attempt):
    n, t = len(attempt.ready), attempt.vectors["threshold"]
    faults = (len(attempt.number) - 1) // 3
    same("threshold", max(2 * n // 3 + 1, (n + faults) // 2 + 1), t)
    for dealer, row in attempt.dealings.items():
        place = attempt.place(dealer)
        leaves = []
        for i, share in enumerate(row["shares"]):
            same("order of holders", share["holder"], attempt.ready[i // 2])
            same("order of kinds", share["kind"], i % 2)
            holder = attempt.place(share["holder"])
            value = unhex(share["value"])
            data = attempt.hash("share", place, holder, u32(share["kind"]), value)
            leaves.append(sha256(b"\0", data))
            same("leaf", leaves[-1].hex(), share["leaf"])
        for i, share in enumerate(row["shares"]):
            same("path", [node.hex() for node in path(i, leaves)], share["path"])
        same("pack root", root(leaves).hex(), row["packRoot"])
        for kind, secret in enumerate((row["self"], row["recovery"])):
            values = [unhex(s["value"]) for s in row["shares"] if s["kind"] == kind]
            for left in range(n):
                points = {x + 1: v for x, v in enumerate(values) if x != left}
                same("secret", at_zero(points).hex(), secret)
            fewer = {x + 1: values[x] for x in range(t - 1)}
            same("fewer than t say nothing", at_zero(fewer).hex() != secret, True)
        same("hash of b", attempt.hash("b", place, unhex(row["self"])).hex(), row["selfHash"])
        check_table(attempt, dealer, row)
    return len(attempt.dealings)


def check_table(attempt, dealer, row):
    place = attempt.place(dealer)
    key = attempt.derive(unhex(row["recovery"]), "table", place, 32)
    plain = b""
    for other in attempt.ready:
        plain += bytes(32) if other == dealer else unhex(attempt.pairs[dealer, other]["mask"])
    table = AESGCM(key).encrypt(bytes(12), plain, attempt.hash("table", place))
    same("table", table.hex(), row["table"])
    same("hash of the table", sha256(table).hex(), row["tableHash"])


def check_packs(attempt):
    for row in attempt.vectors["packs"]:
        sender, holder = row["from"], row["to"]
        dealing, pair = attempt.dealings[sender], attempt.pairs[sender, holder]
        transport = unhex(pair["toHigher"] if pair["lower"] == sender else pair["toLower"])
        head = unhex(dealing["packRoot"]) + unhex(dealing["selfHash"])
        bound = attempt.hash(
            "pack",
            attempt.place(sender),
            attempt.place(holder),
            unhex(dealing["packRoot"]),
            unhex(dealing["selfHash"]),
            unhex(dealing["tableHash"]),
        )
        shares = [share for share in dealing["shares"] if share["holder"] == holder]
        plain = b"".join(unhex(share["value"]) for share in shares)
        closed = AESGCM(transport).encrypt(bytes(12), plain, bound)
        same("sealed shares", closed.hex(), row["sealedShares"])
        upper = [unhex(node) for node in shares[0]["path"][1:]]
        encoded = head + unhex(dealing["table"]) + closed + bytes([len(upper)]) + b"".join(upper)
        same("pack", encoded.hex(), row["encoded"])
    return len(attempt.vectors["packs"])


def check_rebuilt(attempt):
    for row in attempt.vectors["rebuilt"]:
        points = {}
        for share in attempt.dealings[row["dealer"]]["shares"]:
            if share["kind"] == row["kind"] and share["holder"] in row["holders"]:
                points[attempt.ready.index(share["holder"]) + 1] = unhex(share["value"])
        same("rebuilt", at_zero(points).hex(), row["secret"])
    return len(attempt.vectors["rebuilt"])


def check_beacon(attempt):
    seeds = [unhex(attempt.dealings[m]["self"]) for m in sorted(attempt.vectors["sealed"])]
    beacon = attempt.hash("beacon", unhex(attempt.vectors["opened"]), *seeds)
    same("beacon", beacon.hex(), attempt.vectors["beacon"])
    for row in attempt.vectors["picks"]:
        drawn = attempt.derive(beacon, "pick", row["purpose"].encode(), 8)
        same("pick", int.from_bytes(drawn, "big") % row["n"], row["picked"])
    return 1 + len(attempt.vectors["picks"])


DRAWS = 16


def deal(order, masks, count):
    """Members one by one to the smallest group whose members all mask with them."""
    groups = [[] for _ in range(count)]
    for member in order:
        homes = [group for group in groups if all(masks(member, other) for other in group)]
        if not homes:
            return None
        min(homes, key=len).append(member)
    return groups


def check_partitions(attempt):
    for row in attempt.vectors["commitments"]:
        lower, higher = row["lower"], row["higher"]
        mask = unhex(attempt.pairs[lower, higher]["mask"])
        committed = attempt.hash("seed", attempt.place(lower), attempt.place(higher), mask)
        same("commitment to a mask", committed.hex(), row["commitment"])
    for row in attempt.vectors["partitions"]:
        members, beacon = sorted(row["members"]), unhex(row["beacon"])
        without = [{members[i], members[j]} for i, j in row["noMask"]]
        found = [members]
        for draw in range(DRAWS):
            lots = {}
            for number, member in enumerate(members, 1):
                lots[member] = attempt.hash("group", beacon, u32(draw), u32(number))
            order = sorted(members, key=lots.get)
            groups = deal(order, lambda a, b: {a, b} not in without, row["count"])
            if groups and min(map(len, groups)) >= row["least"]:
                found = [sorted(group) for group in groups]
                break
        same("groups", found, row["groups"])
    return len(attempt.vectors["commitments"]) + len(attempt.vectors["partitions"])


def check_separated(attempt):
    case = attempt.vectors["separated"]
    sealed = attempt.vectors["sealed"]
    dropped = [member for member in attempt.ready if member not in sealed]
    for row in case["groups"]:
        others = [member for member in sealed if member not in row["members"]]
        left = []
        for member in row["members"]:
            left += attempt.masks(member, dropped + others)
        total = words(row["maskedSum"], case["wordBits"])
        off = [(seed, -sign) for seed, sign in left]
        stripped = attempt.add(total, off, case["wordBits"], case["shards"])
        same("sum of a group", stripped, words(row["stripped"], case["wordBits"]))
        same("plain sum of a group", stripped, words(row["plainSum"], case["wordBits"]))
    return len(case["groups"])


def words(text, bits):
    data = unhex(text)
    model = len(data) - 8 * METRICS
    blocks = []
    for part, width in ((data[:model], bits // 8), (data[model:], 8)):
        steps = range(0, len(part), width)
        blocks.append([int.from_bytes(part[i : i + width], "little") for i in steps])
    return blocks


def check_sums(attempt):
    vectors = attempt.vectors
    sealed = sorted(vectors["sealed"])
    dropped = [member for member in attempt.ready if member not in sealed]
    for case in vectors["sums"]:
        bits, shards = case["wordBits"], case["shards"]
        total = plain = None
        for row in case["vectors"]:
            member = row["member"]
            vector = words(row["plain"], bits)
            edges = [other for other in attempt.ready if other != member]
            masked = attempt.add(vector, list(attempt.masks(member, edges)), bits, shards)
            same("masked", masked, words(row["masked"], bits))
            same("check sums", attempt.check_sums(masked, bits).hex(), row["checkSums"])
            if member in sealed:
                total = plus(total, masked, bits)
                plain = plus(plain, vector, bits)
        same("masked sum", total, words(case["maskedSum"], bits))
        same("check sums of the sum", attempt.check_sums(total, bits).hex(), case["checkSums"])
        left = [mask for member in sealed for mask in attempt.masks(member, dropped)]
        stripped = attempt.add(total, [(seed, -sign) for seed, sign in left], bits, shards)
        same("stripped", stripped, words(case["stripped"], bits))
        same("plain sum", stripped, plain)
        same("plain sum", plain, words(case["plainSum"], bits))
    return sum(len(case["vectors"]) for case in vectors["sums"])


def plus(total, term, bits):
    if total is None:
        return [list(block) for block in term]
    rings = (1 << bits, 1 << 64)
    return [[(a + b) % ring for a, b in zip(*both)] for ring, *both in zip(rings, total, term)]


def tagged(tag, *parts):
    return sha256(*(prefixed(part) for part in (tag.encode(), *parts)))


def shard_bytes(blocks, widths, shard, shards):
    """Bytes of one shard of a vector: of block 0, then of block 1."""
    out = b""
    for words_of, width in zip(blocks, widths):
        start = shard * len(words_of) // shards
        end = (shard + 1) * len(words_of) // shards
        out += b"".join(word.to_bytes(width // 8, "little") for word in words_of[start:end])
    return out


def check_contributions(attempt):
    case = attempt.vectors["contributions"]
    bits, shards = case["wordBits"], case["shards"]
    for row in case["members"]:
        member = row["member"]
        said = prefixed(b"koinon/update/v1") + prefixed(case["study"].encode()) + unhex(case["base"])
        said += prefixed(member.encode()) + unhex(row["salt"]) + sha256(unhex(row["plain"]))
        same("commitment to an update", sha256(said).hex(), row["commitment"])
        edges = [other for other in attempt.ready if other != member]
        masks = list(attempt.masks(member, edges))
        masked = attempt.add(words(row["plain"], bits), masks, bits, shards)
        same("masked", masked, words(row["masked"], bits))
        leaves = []
        for shard in range(shards):
            data = shard_bytes(masked, (bits, 64), shard, shards)
            same("one chunk", len(data) <= 1 << 20, True)
            shard_root = sha256(b"\0", data)
            same("root of a shard", shard_root.hex(), row["shardRoots"][shard])
            bound = attempt.context, member.encode(), u32(shard), shard_root
            leaves.append(sha256(b"\0", tagged("koinon/shard/v1", *bound)))
        for shard in range(shards):
            same("path", [node.hex() for node in path(shard, leaves)], row["paths"][shard])
        same("root of the pieces", root(leaves).hex(), row["root"])
    return len(case["members"])


def check_opening_box(attempt):
    """A box under a key outside the attempt, with one member's update and masks."""
    row = attempt.vectors["openingBox"]
    member, public, box = row["member"], unhex(row["publicKey"]), unhex(row["box"])
    blocks = [unhex(row["plain"])[: -8 * METRICS], unhex(row["plain"])[-8 * METRICS :]]
    opening = bytes([1, row["wordBits"]]) + b"".join(prefixed(block) for block in blocks)
    opening += unhex(row["salt"]) + unhex(attempt.dealings[member]["self"])
    edges = [other for other in attempt.ready if other != member]
    opening += u16(len(edges))
    for other in edges:
        opening += u16(attempt.number[other]) + unhex(attempt.pairs[member, other]["mask"])
    same("opening", opening.hex(), row["opening"])
    head, ciphertext = box[:67], box[67 : 67 + 1120]
    number = attempt.number[member]
    same("head of a box", head, b"\1" + attempt.context + u16(number) + sha256(public))
    shared = unhex(row["shared"])
    if mlkem:
        seed = unhex(row["seed"])
        same("key of a box", x_wing_keys(seed)[2], public)
        same("shared secret of a box", x_wing_decapsulate(seed, ciphertext), shared)
    key = attempt.derive(shared, "opening-box", u32(number), 32)
    parts = attempt.context, u32(number), sha256(public), ciphertext
    bound = tagged("koinon/opening-box/v1", *parts)
    closed = AESGCM(key).encrypt(bytes(12), opening, bound)
    same("box", (head + ciphertext + closed).hex(), row["box"])
    return 1


def check_addresses():
    """Where messages, pieces and sums are fetched; the file is the peer's."""
    vectors = json.loads(ADDRESSES.read_text(encoding="utf-8"))
    for row in vectors["messages"]:
        fields = (row[name].encode() for name in ("author", "type", "subject"))
        address = tagged("koinon/message-address/v1", unhex(row["context"]), *fields)
        same("address of a message", address.hex(), row["address"])
    for kind in ("piece", "sum"):
        for row in vectors[kind + "s"]:
            fields = unhex(row["root"]), str(row["shard"]).encode()
            address = tagged(f"koinon/{kind}-address/v1", *fields)
            same("address of a " + kind, address.hex(), row["address"])
    return sum(len(rows) for rows in vectors.values())


def check_lots(attempt):
    beacon = unhex(attempt.vectors["beacon"])
    for row in attempt.vectors["lots"]:
        info = f"{row['purpose']}/{row['member']}".encode()
        same("lot", attempt.derive(beacon, "lot", info, 32).hex(), row["lot"])
    return len(attempt.vectors["lots"])


def check_messages(attempt):
    for row in attempt.vectors["messages"]:
        body = unhex(row["body"])
        tag = f"koinon/{row['type']}/v1".encode()
        signed = prefixed(tag) + attempt.context + prefixed(body)
        key = ed25519.Ed25519PrivateKey.from_private_bytes(unhex(row["signingSeed"]))
        same("signature", key.sign(signed).hex(), row["signature"])
        name, author = row["type"].encode(), row["author"].encode()
        encoded = b"\1" + bytes([len(name)]) + name + attempt.context
        encoded += bytes([len(author)]) + author + prefixed(body) + unhex(row["signature"])
        same("message", encoded.hex(), row["encoded"])
        check_body(attempt, row["type"], row["author"], body[32:])
    return len(attempt.vectors["messages"])


def check_body(attempt, kind, author, fields):
    """The fields after the phase, against what the rest of the file says."""
    keys = {row["member"]: row["publicKey"] for row in attempt.vectors["keys"]}
    names = {number: name for name, number in attempt.number.items()}
    if kind == "key":
        same("body of key", fields.hex(), keys[author])
    elif kind == "pair":
        same("body of pair", (int.from_bytes(fields[:2], "big") in names, len(fields)), (True, 1122))
    elif kind == "pack":
        holder = names[int.from_bytes(fields[:2], "big")]
        packs = {(row["from"], row["to"]): row["encoded"] for row in attempt.vectors["packs"]}
        same("body of pack", fields[2:].hex(), packs[author, holder])
    elif kind == "open-signature":
        same("body of open-signature", fields, b"")
    elif kind == "unmask":
        same("b", fields[:32].hex(), attempt.dealings[author]["self"])
        count, rest = fields[32], fields[33:]
        same("length", len(rest), 34 * count)
        for at in range(0, len(rest), 34):
            other = names[int.from_bytes(rest[at : at + 2], "big")]
            mask = attempt.pairs[author, other]["mask"]
            same("mask", rest[at + 2 : at + 34].hex(), mask)
    elif kind == "piece":
        same("body of piece", len(fields), 2 + 32 + 1 + 32 * fields[34])
    elif kind == "check-sums":
        same("body of check-sums", len(fields), 4 + int.from_bytes(fields[2:4], "big"))
    elif kind == "shard-check-sums":
        count, size = int.from_bytes(fields[2:4], "big"), int.from_bytes(fields[4:6], "big")
        same("body of shard-check-sums", len(fields), 4 + count * (2 + size))
    elif kind == "recomputed":
        same("body of recomputed", len(fields), 34)
    elif kind == "share":
        dealer = names[int.from_bytes(fields[:2], "big")]
        holder = names[int.from_bytes(fields[2:4], "big")]
        shares = attempt.dealings[dealer]["shares"]
        share = next(s for s in shares if (s["holder"], s["kind"]) == (holder, fields[4]))
        steps = bytes([len(share["path"])]).hex() + "".join(share["path"])
        same("body of share", fields[5:].hex(), share["value"] + steps)
    else:
        sys.exit("unknown type " + kind)


def main():
    attempt = Attempt(load("private-sum.json"))
    checks = {
        "hashes and derivations": check_hashes,
        "keys and pairs": check_keys,
        "dealings": check_dealings,
        "packs": check_packs,
        "rebuilt secrets": check_rebuilt,
        "beacon": check_beacon,
        "commitments and groups": check_partitions,
        "sums of groups": check_separated,
        "masked vectors and check sums": check_sums,
        "lots": check_lots,
        "messages": check_messages,
        "commitments of updates and pieces": check_contributions,
        "opening box": check_opening_box,
    }
    for name, check in checks.items():
        print(f"{name}: {check(attempt)} cases agree")
    print(f"addresses: {check_addresses()} cases agree")
    if mlkem:
        print(f"X-Wing draft: {check_x_wing()} cases agree")
    else:
        print("X-Wing was not checked: this version of 'cryptography' has no ML-KEM")


if __name__ == "__main__":
    main()
