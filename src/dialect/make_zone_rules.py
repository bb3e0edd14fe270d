#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes zone_rules.cpp beside it, from the zone files of the machine it runs on (Debian: tzdata).

A zone is taken when its rule alone says the truth from April 2026 to 2036. Morocco, for instance, keeps a summer time that
follows the moon: its file lists every change, its rule knows none, so it is left to the system's files.
"""
import pathlib
import struct
import zoneinfo

ROOT = pathlib.Path("/usr/share/zoneinfo")
FIRST, LAST = 1775001600, 2114380800  # 2026-04-01 (British Columbia keeps its summer time since then), 2037-01-01
WIDTH = 112


def changes_of(data):
    """(time, offset, is it summer) of a TZif file's second part, and its rule."""
    def counts(at):
        return struct.unpack(">6l", data[at + 20:at + 44])
    utc, standard, leaps, times, types, letters = counts(0)
    at = 44 + times * 5 + types * 6 + letters + leaps * 8 + standard + utc
    utc, standard, leaps, times, types, letters = counts(at)
    at += 44
    when = struct.unpack(f">{times}q", data[at:at + 8 * times])
    kinds = data[at + 8 * times:at + 9 * times]
    at += 9 * times
    offsets = [struct.unpack(">l", data[at + 6 * i:at + 6 * i + 4])[0] for i in range(types)]
    at += types * 6 + letters + leaps * 12 + standard + utc
    return [(t, offsets[k]) for t, k in zip(when, kinds)], data[at:].strip().decode()


def rule_is_true(name, data, rule):
    changes, _ = changes_of(data)
    if not any(FIRST <= t for t, _ in changes):
        return True  # after the last listed change the rule is the truth by definition
    # The rule alone, as the system's reader understands it: a file without changes.
    head = b"TZif2" + bytes(15)
    bare = head + struct.pack(">6l", 0, 0, 0, 0, 1, 4) + bytes(6) + b"UTC\0"
    alone = bare + bare + b"\n" + rule.encode() + b"\n"
    import datetime
    import io
    ruled = zoneinfo.ZoneInfo.from_file(io.BytesIO(alone))
    listed = zoneinfo.ZoneInfo(name)
    at = FIRST
    while at < LAST:
        moment = datetime.datetime.fromtimestamp(at, datetime.timezone.utc)
        if moment.astimezone(ruled).utcoffset() != moment.astimezone(listed).utcoffset():
            return False
        at += 6 * 3600
    return True


def main():
    by_rule = {}
    left_out = []
    for name in sorted(zoneinfo.available_timezones()):
        if name in ("localtime", "posixrules", "Factory") or name.startswith(("posix/", "right/", "SystemV/")):
            continue
        data = (ROOT / name).read_bytes()
        _, rule = changes_of(data)
        if rule and rule_is_true(name, data, rule):
            by_rule.setdefault(rule, []).append(name)
        else:
            left_out.append(name)
    version = (ROOT / "tzdata.zi").read_text().split("\n", 1)[0].split()[-1] if (ROOT / "tzdata.zi").exists() else "unknown"
    out = ["// SPDX-License-Identifier: Apache-2.0",
           f"// Made by make_zone_rules.py from tzdata {version}. Left to the system's files, since no rule tells of them:",
           "// " + ", ".join(left_out) + ".", '#include <cstddef>', "", '#include "dialect/zone.h"', "",
           "namespace crossdock::dialect {", "", "const KnownZones kKnownZones[] = {"]
    for rule, names in sorted(by_rule.items(), key=lambda item: item[1][0]):
        lines = [""]
        for name in names:
            if len(lines[-1]) + len(name) > WIDTH - 12:
                lines.append("")
            lines[-1] += name + " "
        lines[-1] = lines[-1].rstrip()
        out.append(f'    {{"{rule}",')
        out += [f'     "{line}"' for line in lines]
        out[-1] += "},"
    out += ["};", f'const char* const kKnownZonesVersion = "{version}";', "const std::size_t kKnownZoneRules = sizeof(kKnownZones) / sizeof(kKnownZones[0]);", "",
            "}  // namespace crossdock::dialect", ""]
    pathlib.Path(__file__).with_name("zone_rules.cpp").write_text("\n".join(out))
    print(len(by_rule), "rules;", sum(map(len, by_rule.values())), "zones; left out:", left_out)


main()
