"""A stand-in for QuestDB: /exec for DDL and /write for the line protocol over HTTP, with tables in memory.

usage: questdb.py PORT    user "admin", password "secret"; prints READY when it listens

As QuestDB: a request with rows of one table is taken as a whole or not at all, a value must be of its column's type,
a column that is not there is made, and rows with the same DEDUP keys replace each other. Unlike QuestDB it refuses a
request with rows of several tables, which is no transaction there. Of its own: GET /rows?table=T lists identifier and
rev of rows that are not deleted; POST /poison?id=N has the row N refused until another is named.
"""

import re

from front import Handler, serve

tables = {}  # name → {"types": column → type, "keys": […], "rows": key → row}
poison = ""
TYPES = {"LONG": int, "DOUBLE": float, "BOOLEAN": bool, "TIMESTAMP": "time", "VARCHAR": str, "SYMBOL": "symbol"}
CREATE = re.compile(r'CREATE TABLE IF NOT EXISTS "(\w+)" \((.*)\) TIMESTAMP\((\w+)\) PARTITION BY DAY( TTL \d+ DAYS)? WAL '
                    r"DEDUP UPSERT KEYS\((.*)\)", re.S)


class Wrong(Exception):
    pass


PARTS = {separator: re.compile(rf'((?:[^\\"{separator}]|\\.|"(?:[^\\"]|\\.)*")*)({separator}|$)', re.S)
         for separator in (",", "=", " ", "\n")}


def split(text, separator):
    """Parts between separators that are neither escaped nor in quotes."""
    parts, at = [], 0
    while True:
        found = PARTS[separator].match(text, at)
        if not found or found.end() < len(text) and not found[2]:
            raise Wrong("unterminated string")
        parts.append(found[1])
        if not found[2]:
            return parts
        at = found.end()


def plain(text):
    return re.sub(r"\\(.)", r"\1", text, flags=re.S)


def value(text):
    """A field's type and value."""
    if text[:1] == '"':
        if len(text) < 2 or text[-1] != '"':
            raise Wrong("unterminated string")
        return str, plain(text[1:-1])
    if text in ("t", "f"):
        return bool, text == "t"
    if re.fullmatch(r"-?\d+i", text):
        return int, int(text[:-1])
    if re.fullmatch(r"\d+t", text):
        return "time", int(text[:-1])
    return float, float(text)


def parse(line):
    parts = split(line, " ")
    if len(parts) != 3:
        raise Wrong("invalid line")
    head = split(parts[0], ",")
    row = {}
    for pair in head[1:]:
        name, text = split(pair, "=")
        row[plain(name)] = ("symbol", plain(text))
    for pair in split(parts[1], ","):
        name, text = split(pair, "=")
        row[plain(name)] = value(text)
    row["timestamp"] = ("time", int(parts[2]) // 1000)
    return plain(head[0]), row


def write(text):
    rows = []
    for number, line in enumerate(split(text, "\n"), 1):
        if not line:
            continue
        try:
            rows.append(parse(line))
        except (Wrong, ValueError) as error:
            raise Wrong(f"failed to parse line protocol: error in line {number}: {error}")
    names = {name for name, _ in rows}
    if len(names) > 1:
        raise Wrong(f"rows of several tables in one request: {', '.join(sorted(names))}")
    for name in names:
        if name not in tables:
            raise Wrong(f"table does not exist: {name}")
        types = tables[name]["types"]
        for _, row in rows:
            if str(row["id"][1]) == poison and not row["is_deleted"][1]:
                raise Wrong("poison")
            for column, (kind, _) in row.items():
                wanted = types.setdefault(column, kind)
                if kind != wanted and not (wanted is float and kind is int):
                    raise Wrong(f"cast error: column {column} is {wanted}, the value {kind}")
        for _, row in rows:
            tables[name]["rows"][tuple(row[key][1] for key in tables[name]["keys"])] = row


def execute(query):
    if found := CREATE.fullmatch(query):
        columns = dict(re.findall(r'"(\w+)" (\w+)', found[2]))
        tables.setdefault(found[1], {"types": {name: TYPES[kind] for name, kind in columns.items()},
                                     "keys": found[5].split(", "), "rows": {}})
        return {"ddl": "OK"}
    if found := re.fullmatch(r'SHOW COLUMNS FROM "(\w+)"', query):
        names = {kind: name for name, kind in TYPES.items()}
        rows = [[column, names[kind], False] for column, kind in tables[found[1]]["types"].items()]
        return {"columns": [{"name": "column"}, {"name": "type"}, {"name": "indexed"}], "dataset": rows}
    if found := re.fullmatch(r'ALTER TABLE "(\w+)" ADD COLUMN "(\w+)" (\w+)', query):
        tables[found[1]]["types"][found[2]] = TYPES[found[3]]
        return {"ddl": "OK"}
    if found := re.fullmatch(r'ALTER TABLE "(\w+)" DROP COLUMN "(\w+)"', query):
        del tables[found[1]]["types"][found[2]]
        for row in tables[found[1]]["rows"].values():
            row.pop(found[2], None)
        return {"ddl": "OK"}
    raise Wrong(f"unexpected token: {query}")


class QuestDB(Handler):
    login = "admin:secret"

    def take(self, method, path, parameters, body):
        global poison
        if path == "/rows":
            rows = [row for row in tables[parameters["table"]]["rows"].values() if not row["is_deleted"][1]]
            return self.answer(200, "".join(f"{row['id'][1]} {row['rev'][1]}\n" for row in rows).encode())
        if path == "/poison":
            poison = parameters["id"]
            return self.answer(200)
        if not self.is_allowed():
            return self.answer(401, {"error": "Unauthorized"})
        try:
            if path == "/exec":
                return self.answer(200, execute(parameters["query"]))
            if path == "/write" and method == "POST" and parameters == {"precision": "n"}:
                write(body.decode())
                return self.answer(204)
        except (Wrong, KeyError) as error:
            return self.answer(400, {"code": "invalid", "error": str(error), "message": str(error)})
        self.answer(404, {"error": "not found"})


serve(QuestDB)
