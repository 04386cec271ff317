"""Figures for tests/real.rs, computed without telbill from files by others.

    python3 tests/real/figures.py FOLDER > tests/real/figures.json

FOLDER holds dialler-log/, mobile-bills/ and decks/. Only sums are written; no row is copied.
"""

import csv
import json
import sys
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

PRICE = Decimal("0.42")


def blocks(seconds, block):
    return -(-seconds // block) * block


def dialler(folder):
    """80,816 attempts of a dialler: who was spoken to, by the status map; voicemail apart."""
    with open(folder / "dialler-log" / "calls.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    sums = {}
    for name, answered in [("spoken", {"S", "NI", "CB"}), ("voicemail-too", {"S", "NI", "CB", "VM"})]:
        talks = [int(row["call_length"]) for row in rows if row["status"] in answered]
        sums[name] = {"calls": len(rows), "answered": len(talks), "talk_seconds": sum(talks)}
        for block in (60, 6):
            charges = [
                (PRICE * blocks(talk, block) / 60).quantize(Decimal("0.0001"), ROUND_HALF_UP)
                for talk in talks
            ]
            total = sum(charges).quantize(Decimal("0.01"), ROUND_HALF_UP)
            sums[name][f"{block}/{block}"] = str(total)
    return sums


def mobile(folder):
    """5,000 records of 500 subscribers, each on one of three tariffs; per tariff and month.

    03: 1.50 a started minute, both ways. 06: 100 for each subscriber who called in the month with
    300 minutes in it, then 1.00. 11: outgoing 0.50 for each subscriber's first 100 minutes of the
    month, then 1.50; incoming free.
    """
    usage = {}
    for line in (folder / "mobile-bills" / "cdr.txt").read_text().splitlines():
        kind, number, start, end, tariff = [field.strip() for field in line.split(",")]
        start, end = (datetime.strptime(text, "%Y%m%d%H%M%S") for text in (start, end))
        minutes = blocks(int((end - start).total_seconds()), 60) // 60
        month = usage.setdefault(tariff, {}).setdefault(start.strftime("%Y-%m"), {})
        outgoing, incoming = month.get(number, (0, 0))
        month[number] = (outgoing + minutes, incoming) if kind == "01" else (outgoing, incoming + minutes)
    cents = lambda amount: str(Decimal(amount).quantize(Decimal("0.01")))
    sums = {}
    for tariff, months in sorted(usage.items()):
        sums[tariff] = {}
        for month, numbers in sorted(months.items()):
            if tariff == "03":
                cost = sum(Decimal("1.50") * (out + into) for out, into in numbers.values())
            elif tariff == "06":
                cost = sum(100 + Decimal("1.00") * max(0, out + into - 300) for out, into in numbers.values())
            else:
                cost = sum(
                    Decimal("0.50") * min(out, 100) + Decimal("1.50") * max(0, out - 100)
                    for out, _ in numbers.values()
                )
            sums[tariff][month] = {"numbers": len(numbers), "cost": cents(cost)}
    return sums


def number_under(prefix):
    """A number that begins with a prefix; of +86 one that can be dialled there."""
    if prefix == "86":
        return "8675588880001"
    length = 12 if prefix.startswith("86") and prefix[2:4] in ("10", "20", "21") else 13
    return (prefix + "5550199" * 2)[:length]


def deck(folder):
    """One call under each prefix of a deck: the longest prefix by comparing with all of them,
    seconds as they are, each call rounded to four decimals, and the fee for connecting."""
    with open(folder / "decks" / "ivozprovider-prices.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    prices = {row["Prefix"].removeprefix("+"): row for row in rows}
    total, seconds = Decimal(0), 0
    for index, row in enumerate(rows):
        number = number_under(row["Prefix"].removeprefix("+"))
        longest = max((prefix for prefix in prices if number.startswith(prefix)), key=len)
        taken, talk = prices[longest], index * 37 % 600 + 1
        time = Decimal(taken["Per minute charge"]) * talk / 60
        total += time.quantize(Decimal("0.0001"), ROUND_HALF_UP)
        total += Decimal(taken["Connection charge"])
        seconds += talk
    return {"rows": len(rows), "seconds": seconds, "total": str(total)}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    json.dump({"dialler": dialler(folder), "mobile": mobile(folder), "deck": deck(folder)}, sys.stdout, indent=1)
    print()
