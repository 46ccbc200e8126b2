#!/usr/bin/env python3
"""Rounds of a whole consortium under policies open and private-sum in turn, side by side.

Every hospital is a process with its own journal and archive; they train with PyTorch and exchange
over libp2p, as `koinon demo` runs them. Prints seconds of a round and their ratio as a Markdown
table. Needs Python 3.9 and a JDK 25. The first rounds of each study are left out: a node's JVM is
still compiling then, as it is not in a node that has been up for an hour.

    python3 benchmarks/scripts/rounds_by_processes.py --peers 5 --hidden 1000,990 --pairs 2
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
POLICIES = ("open", "private-sum")


def koinon(*arguments):
    done = subprocess.run(
        [ROOT / "koinon", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode != 0:
        sys.exit(f"koinon {' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def study(example, policy, options):
    """The demonstration's study with this policy and this model."""
    text = re.sub(r"policy: .*", f"policy: {policy}", example)
    text = re.sub(r"weights: .*", f"weights: {'public' if policy == 'open' else 'masked'}", text)
    text = re.sub(r"rounds: .*", f"rounds: {options.rounds}", text, count=1)
    model = "kind: logistic" if not options.hidden else f"kind: mlp\n  hidden: [{options.hidden}]"
    text = text.replace("kind: logistic", model)
    return re.sub(r"steps: .*", f"steps: {options.steps}", text)


def rounds(folder, tables, example, policy, options):
    """Seconds of each round but the first ones."""
    definition = folder / f"{policy}.yaml"
    definition.write_text(study(example, policy, options))
    with tempfile.TemporaryDirectory(dir=folder) as work:
        report = json.loads(
            koinon("demo", "--study", definition, "--data", tables, "--work", f"{work}/run", "--json")
        )
    if report["verdict"] != "verified" or not report["recomputed"]:
        sys.exit(f"{policy}: {report['verdict']}, {report['findings']}")
    return report["roundSeconds"][options.warm_up :], max(report["totalBytesSentPerPeer"].values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--peers", type=int, default=5, help="hospitals; 5")
    parser.add_argument("--hidden", default="1000,990", help="hidden layers; 1000,990: a million")
    parser.add_argument("--steps", type=int, default=60, help="local updates in a round; 60")
    parser.add_argument("--rounds", type=int, default=12, help="rounds of a study; 12")
    parser.add_argument("--warm-up", type=int, default=5, help="of them left out; 5")
    parser.add_argument("--pairs", type=int, default=2, help="studies of each policy; 2")
    options = parser.parse_args()
    seen = {policy: [] for policy in POLICIES}
    with tempfile.TemporaryDirectory(prefix="koinon-rounds-") as name:
        folder = pathlib.Path(name)
        koinon("demo", "--peers", str(options.peers), "--rounds", "1", "--work", folder / "first")
        tables = folder / "first" / "data"
        example = koinon("study", "example", "heart-demo")
        for _ in range(options.pairs):
            for policy in POLICIES:
                seconds, sent = rounds(folder, tables, example, policy, options)
                seen[policy] += seconds
                print(f"{policy}: {seconds}, {sent} bytes at most", file=sys.stderr)
    median = {policy: statistics.median(seen[policy]) for policy in POLICIES}
    print("| N | hidden | steps | rounds | open: s | private-sum: s | ratio | load |")
    print("|---|---|---|---|---|---|---|---|")
    print(
        f"| {options.peers} | {options.hidden or '-'} | {options.steps} | {len(seen['open'])} of each "
        f"| {median['open']:.2f} | {median['private-sum']:.2f} "
        f"| {median['private-sum'] / median['open']:.2f} | {os.getloadavg()[0]:.1f} |"
    )


if __name__ == "__main__":
    main()
