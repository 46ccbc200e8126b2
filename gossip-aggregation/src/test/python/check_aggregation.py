#!/usr/bin/env python3
"""Recomputes the golden vectors of the aggregation without any of Koinon's code.

Integers of updates, commitments, roots, sums, means, a model file and the steps of the server's
optimisers. Needs Python 3.9 and nothing else. Exits with 1 at the first difference.

    python3 gossip-aggregation/src/test/python/check_aggregation.py
"""

import hashlib
import json
import math
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "resources/org/koinon/aggregation/vectors.json"
CHUNK = 1 << 20


def same(what, computed, standing):
    if computed != standing:
        sys.exit(f"{what}: computed {computed!r}, the file has {standing!r}")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u32(number):
    return number.to_bytes(4, "big")


def prefixed(part):
    return u32(len(part)) + part


def tagged(tag, *parts):
    return sha256(*(prefixed(part) for part in (tag.encode(), *parts)))


# Merkle trees of RFC 6962.


def split(n):
    return 1 << (n - 1).bit_length() - 1


def root(hashes):
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return sha256(b"\1", root(hashes[:k]), root(hashes[k:]))


def path(index, hashes):
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return path(index, hashes[:k]) + [root(hashes[k:])]
    return path(index - k, hashes[k:]) + [root(hashes[:k])]


def chunk_root(data, salt=b""):
    chunks = [data[at : at + CHUNK] for at in range(0, max(len(data), 1), CHUNK)]
    return root([sha256(b"\0", salt, chunk) for chunk in chunks])


# Fixed-point integers.


def elements(tensor):
    return math.prod(tensor["shape"])


def clamp(number, bound):
    return min(max(number, -bound), bound)


def encode_model(spec, weight, update):
    """Scale each tensor to its norm, clamp, weigh, round half to even, clamp."""
    out, start = [], 0
    for tensor in spec["tensors"]:
        numbers = update[start : start + elements(tensor)]
        start += elements(tensor)
        clip, norm, unit = float(tensor["clip"]), float(tensor["norm"]), 2.0 ** tensor["fractionBits"]
        squares = 0.0
        for number in numbers:
            squares += number * number
        length = math.sqrt(squares)
        scale = norm / length if norm != 0 and length > norm else 1.0
        bound = math.floor(weight * clip * unit)
        for number in numbers:
            exact = weight * clamp(number * scale, clip) * unit
            out.append(int(clamp(round(exact), bound)))
    return out


def encode_metrics(spec, weight, metrics):
    unit = 2.0 ** spec["metricFractionBits"]
    bound = math.floor(weight * unit)
    words = [clamp(round(weight * metric * unit), bound) for metric in metrics]
    return [round(weight * unit)] + words


def in_ring(words, bits):
    return b"".join((word % (1 << bits)).to_bytes(bits // 8, "little") for word in words)


def check_encoding(spec, case):
    weight = case["units"] / case["cap"]
    model = encode_model(spec, weight, case["update"])
    metrics = encode_metrics(spec, weight, case["metrics"])
    same("block 0", in_ring(model, spec["wordBits"]).hex(), case["model"])
    same("block 1", in_ring(metrics, 64).hex(), case["block1"])
    return model, metrics


def cut(words, shard, shards):
    return words[shard * len(words) // shards : (shard + 1) * len(words) // shards]


def check_sites(vectors):
    spec, sites = vectors["spec"], vectors["sites"]
    context, shards = bytes.fromhex(vectors["context"]), len(sites)
    sums = None
    for site in sites:
        blocks = check_encoding(spec, site)
        sums = [[a + b for a, b in zip(*both)] for both in zip(sums, blocks)] if sums else blocks
        check_commitments(vectors, site, blocks, context, shards)
    for shard, standing in enumerate(vectors["sumRoots"]):
        data = in_ring(cut(sums[0], shard, shards), spec["wordBits"])
        data += in_ring(cut(sums[1], shard, shards), 64)
        same("root of a sum", chunk_root(data).hex(), standing)
    check_mean(vectors, sums)
    return len(sites)


def check_commitments(vectors, site, blocks, context, shards):
    member, salt = site["member"].encode(), bytes.fromhex(site["salt"])
    bits = vectors["spec"]["wordBits"]
    update = sha256(in_ring(blocks[0], bits), in_ring(blocks[1], 64))
    said = prefixed(b"koinon/update/v1") + prefixed(vectors["study"].encode())
    said += bytes.fromhex(vectors["base"]) + prefixed(member) + salt + update
    same("commitment", sha256(said).hex(), site["commitment"])
    leaves = []
    for shard in range(shards):
        data = in_ring(cut(blocks[0], shard, shards), bits)
        data += in_ring(cut(blocks[1], shard, shards), 64)
        own = tagged("koinon/shard-salt/v1", context, salt, u32(shard))
        shard_root = chunk_root(data, own)
        same("root of a shard", shard_root.hex(), site["shardRoots"][shard])
        leaf = tagged("koinon/shard/v1", context, member, u32(shard), shard_root)
        leaves.append(sha256(b"\0", leaf))
    for shard in range(shards):
        same("path", [node.hex() for node in path(shard, leaves)], site["paths"][shard])
    same("root of the pieces", root(leaves).hex(), site["root"])


def check_mean(vectors, sums):
    spec = vectors["spec"]
    weight = sums[1][0] * 2.0 ** -spec["metricFractionBits"]
    same("weight", weight, vectors["weight"])
    mean, start = [], 0
    for tensor in spec["tensors"]:
        unit = 2.0 ** -tensor["fractionBits"]
        mean += [word * unit / weight for word in sums[0][start : start + elements(tensor)]]
        start += elements(tensor)
    same("mean", mean, vectors["mean"])
    metrics = dict(zip(spec["metrics"], (word / sums[1][0] for word in sums[1][1:])))
    same("metrics", metrics, vectors["metrics"])


def check_other_words(vectors):
    for case in vectors["otherWords"]:
        check_encoding(case["spec"], case)
    return len(vectors["otherWords"])


# A model file: safetensors with a canonical header.


def check_model(vectors):
    case = vectors["model"]
    data = bytes.fromhex(case["bytes"])
    length = int.from_bytes(data[:8], "little")
    text = data[8 : 8 + length].decode()
    header = json.loads(text)
    canonical = json.dumps(header, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    same("header", text, canonical + " " * (length - len(canonical.encode())))
    same("padding", (length % 8, length - len(canonical.encode()) < 8), (0, True))
    said = header.pop("__metadata__")
    same("metadata", {key: said[key] for key in case["metadata"]}, case["metadata"])
    floats = b""
    for tensor in vectors["spec"]["tensors"]:
        start, end = header[tensor["name"]]["data_offsets"]
        same("shape", header[tensor["name"]]["shape"], tensor["shape"])
        floats += data[8 + length + start : 8 + length + end]
    same("parameters", floats, struct.pack(f"<{len(case['parameters'])}f", *case["parameters"]))
    same("id", chunk_root(data).hex(), case["id"])
    return 1


# The server's optimisers: steps in doubles, kept as floats (Reddi et al. 2021).


def to_float(number):
    return struct.unpack("<f", struct.pack("<f", number))[0]


def second_moment(rule, beta2, last, square):
    if rule == "fed-adam":
        return beta2 * last + (1 - beta2) * square
    if rule == "fed-yogi":
        sign = (last > square) - (last < square)
        return last - (1 - beta2) * square * sign
    return last + square


def step(one, theta, m, v, delta):
    rule = one["rule"]
    rate, beta1, beta2, tau = (float(one[n]) for n in ("learningRate", "beta1", "beta2", "tau"))
    direction = list(delta)
    if rule == "fed-avg-m":
        m = direction = [to_float(beta1 * old + d) for old, d in zip(m, delta)]
    elif rule != "fed-avg":
        v = [to_float(second_moment(rule, beta2, old, d * d)) for old, d in zip(v, delta)]
        m = [to_float(beta1 * old + (1 - beta1) * d) for old, d in zip(m, delta)]
        direction = [d / (math.sqrt(square) + tau) for d, square in zip(m, v)]
    theta = [to_float(old + rate * d) for old, d in zip(theta, direction)]
    return theta, m, v


def check_optimisers(vectors):
    optimisers = vectors["optimisers"]
    for one in optimisers["rules"]:
        theta = optimisers["base"]
        m, v = [0.0] * len(theta), [0.0] * len(theta)
        for number, expected in enumerate(one["steps"]):
            theta, m, v = step(one, theta, m, v, optimisers["deltas"][number])
            same(one["rule"], theta, expected["parameters"])
            if one["rule"] != "fed-avg":
                same(one["rule"] + " m", m, expected["m"])
            if one["rule"] in ("fed-adam", "fed-yogi", "fed-adagrad"):
                same(one["rule"] + " v", v, expected["v"])
    return len(optimisers["rules"])


def main():
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    checks = {
        "contributions, sums and means": check_sites,
        "words of 16 and 64 bits": check_other_words,
        "model files": check_model,
        "optimisers": check_optimisers,
    }
    for name, check in checks.items():
        print(f"{name}: {check(vectors)} cases agree")


if __name__ == "__main__":
    main()
