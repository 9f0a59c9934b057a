"""Every question of the page's API over a large catalog, through HTTP, each time with other arguments.

The receiver keeps answers while nothing changes; here no two questions are alike, so each is answered anew.
"""

import http.client
import json
import os
import random
import time
import urllib.parse

from . import machine, queries
from .catalog import Catalog
from .processes import Children, Failed, cpu_seconds, memory_kib
from .rounds import Case

MEASURE = "api"
_DAY = 86400
_SPAN = 30  # days that an analysis is of
_LIMIT_S = 20  # of one question in all its rounds
_LIVE = ["me", "live", "live/machines", "live/files", "fleet", "settings", "alerts", "access", "audit", "consumers"]
_LISTS = ["entries", "sessions", "sessions/facets", "search", "search rare", "search/sessions", "findings",
          "claude-sessions", "claude-tool-usage", "claude-file-access", "claude-context-trends",
          "claude-cost-analysis", "fleet/agent/files"]
_SESSION = ["", "outline", "transcript", "map", "find", "entries", "calls", "figures", "context", "files", "findings",
            "attachments"]
_ROWS = ["items", "calls", "entries/seq", "entries/raw"]
_ANALYTICS = ["cost", "cost by model", "cost by project", "cost by session", "reconciliation", "burn", "tools",
              "files", "files/history", "context", "security", "conversations", "quality"]


def names():
    """All questions."""
    return ([*_LIVE, *_LISTS] + ["sessions/id" + ("/" if part else "") + part for part in _SESSION] + _ROWS +
            ["analytics/" + part for part in _ANALYTICS] + ["report", "health", "metrics"])


def cases(bench):
    missing = bench.missing("tailship")
    return [Case(MEASURE, name, lambda a, name=name: _ask(bench, a, name), missing) for name in names()]


class Page:
    """A receiver with the large catalog, and a connection that asks it."""

    def __init__(self, receiver):
        self._children = Children()
        receiver.children, self._receiver = self._children, receiver
        receiver.start(machine.two_cores())
        self.pid, self._connection = receiver.process.pid, None
        catalog = Catalog(receiver.catalog())
        rows = lambda query: [row[0] for row in catalog.all(query)]
        self.end = catalog.one("SELECT max(timestamp) FROM responses")[0] / 1e9
        self.sessions = rows("SELECT id FROM sessions WHERE messages > 0 ORDER BY id LIMIT 3000")
        self.projects = rows("SELECT DISTINCT project FROM sessions WHERE project IS NOT NULL ORDER BY 1")
        self.items = rows("SELECT id FROM messages WHERE row % 97 = 0 LIMIT 3000")
        self.calls = rows("SELECT id FROM tool_usage WHERE row % 97 = 0 LIMIT 3000")
        self.entries = rows("SELECT seq FROM entries WHERE seq % 97 = 0 LIMIT 3000")
        self.paths = rows("SELECT DISTINCT path FROM file_access LIMIT 500")
        self.agent = rows("SELECT identity FROM agents")[0]
        catalog.close()

    def close(self):
        self._children.stop()

    def get(self, path, parameters):
        """How long it took to ask, in seconds, and the size of the answer."""
        query = urllib.parse.urlencode(parameters)
        before = time.monotonic()
        connection = self._connection = self._connection or http.client.HTTPConnection("127.0.0.1", self._receiver.web,
                                                                                       timeout=30)
        connection.request("GET", f"{path}?{query}" if query else path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        took = time.monotonic() - before
        if answer.status not in (200, 304):
            raise Failed(f"{path}?{query}: {answer.status} {body[:300]!r}")
        return took, len(body)


def _ask(bench, attempt, name):
    if bench.many_rows is None:
        queries.make(bench, attempt)
    page = bench.page = bench.page or Page(bench.many_rows[0])
    source, times, size = random.Random(name), [], 0
    first = _first(page, _question(page, name, source, 0))
    cpu = cpu_seconds(page.pid)
    attempt.begin()
    deadline = time.monotonic() + _LIMIT_S
    for turn in range(1, bench.options.requests + 1):
        took, length = page.get(*_question(page, name, source, turn))
        times.append(took)
        size = max(size, length)
        if time.monotonic() > deadline:
            break
    attempt.end()
    times.sort()
    at = lambda share: round(times[min(len(times) - 1, int(len(times) * share))] * 1000, 2)
    return {"first_ms": round(first * 1000), "p50_ms": at(0.5), "p95_ms": at(0.95), "max_ms": at(1), "asked": len(times), "answer_kb": round(size / 1e3, 1),
            "cpu_ms": round((cpu_seconds(page.pid) - cpu) / len(times) * 1000, 1),
            "rss_mib": round(memory_kib(page.pid)["VmRSS"] / 1024, 1)}


def _first(page, question):
    """The first one reads what the others find in memory; on a busy machine it may take more than its 10 s."""
    start = time.monotonic()
    for _ in range(12):
        try:
            page.get(*question)
            break
        except Failed as failure:
            if " 503 " not in str(failure):
                raise
    else:
        raise Failed(f"{question[0]} is not answered within {time.monotonic() - start:.0f} s")
    return time.monotonic() - start


def _moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M", time.gmtime(seconds))


def _question(page, name, source, turn):
    """Path and parameters: no two turns ask the same."""
    span = {"since": _moment(page.end - _SPAN * _DAY - turn * 60), "until": _moment(page.end + 120 + turn * 60), "zone": 0}
    page_of = {"limit": 20 + turn % 30}
    project = {"project": source.choice(page.projects)}
    session = f"/api/sessions/{source.choice(page.sessions) & (1 << 64) - 1:016x}"
    row = lambda rows: f"{source.choice(rows) & (1 << 64) - 1:016x}"
    words = ["error", "file", "value", "test", "missing import", "failed request", "thread buffer"]
    match name:
        case "live" | "live/files": return f"/api/{name}", {"zone": turn % 60}
        case "me" | "access" | "consumers" | "settings" | "alerts" | "fleet" | "live/machines": return f"/api/{name}", {}
        case "audit": return "/api/audit", page_of
        case "health" | "metrics": return f"/{name}", {}
        case "entries": return "/api/entries", page_of | (project if turn % 2 else {}) | span
        case "sessions": return "/api/sessions", page_of | (project if turn % 2 else {}) | {
            "order": ["recent", "cost", "tokens", "errors"][turn // 2 % 4]} | span
        case "sessions/facets": return "/api/sessions/facets", (project if turn % 2 else {}) | span
        case "search": return "/api/search", {"q": words[turn % len(words)]} | page_of | (span if turn % 3 == 2 else {})
        case "search rare": return "/api/search", {"q": "zyxquokka"} | page_of
        case "search/sessions": return "/api/search/sessions", {"q": words[turn % len(words)]} | page_of
        case "findings": return "/api/findings", page_of | (project if turn % 2 else {}) | span
        case "claude-cost-analysis": return "/api/claude-cost-analysis", span
        case "fleet/agent/files": return f"/api/fleet/{page.agent}/files", page_of
        case "report": return "/api/report", {"since": _moment(page.end - 7 * _DAY - turn * 60), "until": span["until"]}
        case "items" | "calls": return f"/api/{name}/{row(page.items if name == 'items' else page.calls)}", {}
        case "entries/seq": return f"/api/entries/{source.choice(page.entries)}", {}
        case "entries/raw": return f"/api/entries/{source.choice(page.entries)}/raw", {}
        case "sessions/id/transcript": return session + "/transcript", {"limit": 200, "index": -200}
        case "sessions/id/find": return session + "/find", {"text": words[turn % len(words)]}
        case "analytics/files/history": return "/api/analytics/files/history", {"path": source.choice(page.paths)} | page_of
        case "analytics/burn": return "/api/analytics/burn", {"zone": turn % 60}
    if name.startswith("claude-"):
        return f"/api/{name}", page_of | span
    if name.startswith("sessions/id"):
        return session + name[len("sessions/id"):], {}
    part, _, by = name.partition(" by ")
    # Half of them of one project.
    return f"/api/{part}", ({"by": by} if by else {}) | (project if turn % 2 and "reconciliation" not in name else {}) | span
