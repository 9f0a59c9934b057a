"""Medians, targets and tables."""

import json
import os
import shutil
import statistics
import time

from . import api, backfill, consumers, idle_agents, latency, parse, queries, rows, viewers, visible, watched

_COLUMNS = {
    backfill.MEASURE: [
        ("seconds", "s"), ("mb_s", "MB/s"), ("sender_cpu_s", "sender CPU s"), ("receiver_cpu_s", "receiver CPU s"),
        ("sender_peak_mib", "sender peak MiB"), ("sender_anon_peak_mib", "of it anonymous"),
        ("receiver_peak_mib", "receiver peak MiB"), ("archived_s", "archived after s")],
    latency.MEASURE: [("p50_ms", "p50 ms"), ("p99_ms", "p99 ms"), ("max_ms", "max ms"), ("lines", "lines"),
                      ("window_s", "window s")],
    watched.MEASURE: [
        ("files", "files"), ("shipped_s", "shipped after s"), ("settled_s", "settled after s"),
        ("peak_mib", "peak MiB"), ("rss_mib", "RSS MiB"), ("anon_mib", "anonymous MiB"),
        ("anon_peak_mib", "anonymous peak MiB"), ("idle_cpu_ms", "idle CPU ms"), ("wakeups", "wakeups")],
    idle_agents.MEASURE: [
        ("agents", "agents"), ("connected_s", "connected after s"), ("receiver_before_mib", "receiver before MiB"),
        ("receiver_mib", "receiver with them MiB"), ("kib_each", "KiB each")],
    parse.MEASURE: [("mb_s", "MB/s"), ("entries_s", "entries/s"), ("cpu_s", "CPU s"), ("entries", "entries"),
                    ("peak_mib", "peak MiB")],
    rows.MEASURE: [
        ("seconds", "s"), ("mb_s", "MB/s"), ("entries_s", "entries/s"), ("cpu_s", "CPU s"), ("mb_cpu_s", "MB/CPU s"),
        ("peak_mib", "peak MiB"), ("entries", "entries"), ("catalog_mb", "rows MB"), ("catalog_ratio", "rows/raw"),
        ("disk_ratio", "with archive/raw")],
    visible.MEASURE: [("p50_ms", "p50 ms"), ("p95_ms", "p95 ms"), ("p99_ms", "p99 ms"), ("max_ms", "max ms"),
                      ("lines", "lines"), ("window_s", "window s")],
    queries.MEASURE: [
        ("p50_ms", "p50 ms"), ("p95_ms", "p95 ms"), ("max_ms", "max ms"), ("cpu_p50_ms", "CPU p50"),
        ("cpu_p95_ms", "CPU p95"), ("found", "found"), ("entries", "entries"),
        ("seconds", "s"), ("mb_s", "MB/s"), ("cpu_s", "CPU s"), ("peak_mib", "peak MiB"), ("catalog_mb", "rows MB"),
        ("disk_ratio", "with archive/raw")],
    consumers.MEASURE: [
        ("rows", "rows"), ("seconds", "s"), ("rows_s", "rows/s"), ("mb_s", "MB/s"), ("cpu_s", "CPU s"),
        ("rows_cpu_s", "rows/CPU s"), ("server_cpu_s", "server CPU s"), ("peak_mib", "peak MiB")],
    api.MEASURE: [
        ("first_ms", "first ms"), ("p50_ms", "p50 ms"), ("p95_ms", "p95 ms"), ("max_ms", "max ms"), ("cpu_ms", "CPU ms"), ("answer_kb", "kB"),
        ("asked", "asked"), ("rss_mib", "receiver MiB")],
    viewers.MEASURE: [
        ("viewers", "viewers"), ("lines_s", "lines/s"), ("cpu_s", "receiver CPU s"), ("peak_mib", "peak MiB"),
        ("ack_p50_ms", "ack p50 ms"), ("ack_p99_ms", "ack p99 ms"), ("shown_each", "shown to each"),
        ("lines", "of lines"), ("skipped", "skips"), ("sent_mb", "sent MB")],
}
_MORE_IS_BETTER = ("rows_s", "rows_cpu_s", "rows", "mb_s", "entries_s", "mb_cpu_s", "lines", "files", "agents", "entries",
                   "found", "ratio")


def medians(records, best=False):
    """(measure, case) → figures over the rounds: the median of each, the maximum of maxima; or the best of each."""
    groups = {}
    for record in records:
        figures = groups.setdefault((record["measure"], record["case"]), {})
        if record["used"] and not record["error"]:
            for key, value in record["figures"].items():
                figures.setdefault(key, []).append(value)
    return {group: {key: _middle(key, values, best) for key, values in figures.items()} for group, figures in groups.items()}


def _middle(key, values, best):
    if isinstance(values[0], str):
        return values[0]
    if best:
        return max(values) if key in _MORE_IS_BETTER else min(values)
    return max(values) if key == "max_ms" else round(statistics.median(values), 3)


def targets(middle):
    """Each target with its figure; `met` is None where the figure could not be taken."""
    ship, floor = middle.get((backfill.MEASURE, "tailship"), {}), middle.get((backfill.MEASURE, "floor"), {})
    sync = middle.get((backfill.MEASURE, "rsyslog-sync"), {})
    calm = middle.get((latency.MEASURE, "tailship"), {})
    watching = middle.get((watched.MEASURE, "tailship"), {})
    agents = middle.get((idle_agents.MEASURE, "tailship"), {})
    idle_cpu = watching.get("idle_cpu_ms")
    if idle_cpu is not None:
        idle_cpu = round(idle_cpu * 30 / watching["idle_s"], 2)
    shipping = [
        _target("backfill against the floor, 2 cores", _ratio(ship, floor), ">=", 0.5, "x"),
        _target("backfill against rsyslog with synced files", _ratio(ship, sync), ">=", 10, "x"),
        _target("agent, peak in backfill", ship.get("sender_peak_mib"), "<=", 16, "MiB"),
        _target("receiver, peak in backfill", ship.get("receiver_peak_mib"), "<=", 64, "MiB"),
        _target("append to durable ack, p50", calm.get("p50_ms"), "<=", 1, "ms"),
        _target("append to durable ack, p99", calm.get("p99_ms"), "<=", 5, "ms"),
        _target(f"agent, peak with {_count(watching, 'files')} files watched", watching.get("peak_mib"), "<=", 18,
                "MiB"),
        _target("of it anonymous, peak", watching.get("anon_peak_mib"), "<=", 8, "MiB"),
        _target("agent, anonymous peak in backfill", ship.get("sender_anon_peak_mib"), "<=", 8, "MiB"),
        _target("agent, idle CPU in 30 s", idle_cpu, "<=", 5, "ms"),
        _target(f"receiver, each of {_count(agents, 'agents')} idle agents", agents.get("kib_each"), "<=", 60, "KiB"),
    ]
    measures = {measure for measure, _ in middle}
    shipped = {backfill.MEASURE, latency.MEASURE, watched.MEASURE, idle_agents.MEASURE}
    return (shipping if measures & shipped else []) + _row_targets(middle, measures)


def _row_targets(middle, measures):
    found = []
    if parse.MEASURE in measures:
        for case, bound in (("envelope and usage", 400), ("whole rows", 60)):
            figures = middle.get((parse.MEASURE, case), {})
            found.append(_target(f"parse, {case}, one core", figures.get("mb_s"), ">=", bound, "MB/s"))
    if rows.MEASURE in measures:
        ours, theirs = (middle.get((rows.MEASURE, case), {}) for case in ("tailship, rebuild", "agentsview"))
        found += [
            # Of what each has read: it leaves out a tenth of the files.
            _target("rows against agentsview, MB/s", _share(ours, theirs, "mb_s"), ">=", 2, "x"),
            _target("rows against agentsview, MB/CPU s", _share(ours, theirs, "mb_cpu_s"), ">=", 2, "x"),
            _target("rows against agentsview, peak memory", _share(ours, theirs, "peak_mib"), "<=", 0.5, "x"),
            _target("rows and archive against the raw bytes", ours.get("disk_ratio"), "<=", 1.5, "x"),
        ]
    if visible.MEASURE in measures:
        calm = middle.get((visible.MEASURE, "idle"), {})
        found += [_target("append to row visible, p50", calm.get("p50_ms"), "<=", 50, "ms"),
                  _target("append to row visible, p95", calm.get("p95_ms"), "<=", 200, "ms")]
    if consumers.MEASURE in measures:
        for case, bound in (("clickhouse", 50_000), ("parquet", 50_000), ("postgresql", 20_000)):
            figures = middle.get((consumers.MEASURE, case), {})
            found.append(_target(f"rows into {case}", figures.get("rows_s"), ">=", bound, "rows/s"))
        alone, nine = (middle.get((consumers.MEASURE, f"acks with {count} consumers"), {}) for count in (0, 9))
        found.append(_target("acknowledged with nine consumers against none", _ratio(nine, alone), ">=", 0.9, "x"))
    for (measure, case), figures in middle.items():
        if measure == api.MEASURE:
            bound = 100 if "search" in case else 50
            found.append(_target(f"/{case}, p95", figures.get("p95_ms"), "<=", bound, "ms"))
        if measure == queries.MEASURE and case != "making the catalog":
            found.append(_target(f"query, {case}, p95", figures.get("p95_ms"), "<=", 20, "ms"))
    return found


def _share(one, other, key):
    if not one.get(key) or not other.get(key):
        return None
    return round(one[key] / other[key], 2)


def _count(figures, key):
    return f"{figures[key]:,}" if key in figures else "the"


def _ratio(one, other):
    if not one.get("mb_s") or not other.get("mb_s"):
        return None
    return round(one["mb_s"] / other["mb_s"], 2)


def _target(name, figure, relation, bound, unit):
    met = None if figure is None else figure >= bound if relation == ">=" else figure <= bound
    return {"target": name, "figure": figure, "relation": relation, "bound": bound, "unit": unit, "met": met}


# Tables


def render(result):
    """The whole result as text."""
    middle, out = medians(result["records"]), [_heading(result)]
    for measure, columns in _COLUMNS.items():
        rows = _rows(result["records"], middle, measure, columns)
        if rows:
            kept = [number for number in range(len(rows[0])) if number < 1 or any(row[number] for row in rows[1:])]
            out.append(f"\n{measure}\n" + _table([[row[number] for number in kept] for row in rows]))
    if result["targets"]:
        scale = "" if result["options"]["bulk_scale"] == 1 else " (made for 1 GiB and 20,000 files)"
        rows = [["", "figure", "target", ""]] + [_target_row(target) for target in result["targets"]]
        out.append(f"\ntargets{scale}\n" + _table(rows))
    return "\n".join(out + _notes(result["records"]))


def _heading(result):
    m, c = result["machine"], result["corpora"]
    described = ", ".join(f"{name} {size['bytes'] / 2**20:,.0f} MiB in {size['files']:,} files"
                          for name, size in c.items())
    middle = "the best" if result["options"]["best"] else "medians"
    return (f"{result['date']}  {m['cpu']}, {m['used_cores']} of {m['cores']} cores, {m['memory_mib']:,} MiB, "
            f"{m['filesystem']}, {m['system']}, Linux {m['kernel']}\n"
            f"Tailship {result['versions']['tailship']}, rsyslog {result['versions']['rsyslog']}, agentsview "
            f"{result['versions']['agentsview']}; {middle} of {result['options']['rounds']} rounds; {described}")


def _rows(records, middle, measure, columns):
    names = list(dict.fromkeys(record["case"] for record in records if record["measure"] == measure))
    if not names:
        return []
    rows = [[""] + [title for _, title in columns] + ["note"]]
    for name in names:
        figures = middle.get((measure, name), {})
        rows.append([name] + [_number(figures.get(key)) for key, _ in columns] + [_note(records, measure, name)])
    return rows


def _number(value):
    return "" if value is None else f"{value:,}"


def _note(records, measure, name):
    own = [r for r in records if r["measure"] == measure and r["case"] == name]
    used = [r for r in own if r["used"]]
    failed, disturbed = [r for r in used if r["error"]], [r for r in used if r["others"].get("disturbed")]
    notes = []
    if any(r["skipped"] for r in own):
        notes.append("skipped, see below")
    if failed:
        notes.append(f"failed {len(failed)} of {len(used)}, see below")
    if disturbed:
        notes.append(f"disturbed {len(disturbed)} of {len(used)}")
    return "; ".join(notes)


def _target_row(t):
    met = "not measured" if t["met"] is None else "met" if t["met"] else "NOT MET"
    figure = "" if t["figure"] is None else f"{t['figure']:,} {t['unit']}"
    return [t["target"], figure, f"{t['relation']} {t['bound']:,} {t['unit']}", met]


def _table(rows):
    widths = [max(len(row[number]) for row in rows) for number in range(len(rows[0]))]
    def line(row):
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        return ("  " + "  ".join(cells)).rstrip()
    rule = "  " + "-" * (sum(widths) + 2 * len(widths) - 2)
    return "\n".join([line(rows[0]), rule] + [line(row) for row in rows[1:]])


def _notes(records):
    notes = []
    for record in records:
        others = record["others"]
        where = f"{record['measure']}, {record['case']}, round {record['round']}"
        if record["error"]:
            notes.append(f"{where}: {'skipped' if record['skipped'] else 'FAILED'}: {record['error']}")
        elif others.get("disturbed"):
            busiest = f", {others['busiest_other']} most" if others["busiest_other"] else ""
            kept = "" if record["used"] else ", repeated"
            notes.append(f"{where}: disturbed{kept}: others used {others['others_cpu_s']} s of CPU{busiest}, "
                         f"{others['stolen_s']} s stolen, in {others['elapsed_s']} s")
    return ["\nnotes"] + [f"  {note}" for note in dict.fromkeys(notes)] if notes else []


def save(result, folder):
    """Writes <date>.json and latest.json; the path of the first."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, time.strftime("%Y-%m-%dT%H%M%S") + ".json")
    with open(path, "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    shutil.copy(path, os.path.join(folder, "latest.json"))
    return path
