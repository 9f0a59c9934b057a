"""A stand-in for Neo4j: its Query API v2 over the part of Cypher that the receiver speaks, with nodes in memory.

usage: neo4j.py PORT    user "neo4j", password "secret"; prints READY when it listens

One request is one transaction, as at Neo4j: it is tried on a copy of what it touches. What is not understood is a
syntax error. MERGE of a node needs a constraint on its key, as without one a repeat may make a second node.
Of its own: GET /rows?label=L lists identifier and rev; POST /poison?id=N has the row N refused until another is named;
POST /drift drops a constraint.
"""

import json
import re

from front import Handler, serve

nodes, relations, constraints = {}, {}, {}  # (label, key, value) → properties; (from, name, to, key) → properties
by_start = {}  # node → its relations, with some that are gone
poison = ""
CLAUSE = re.compile(r"\s*(UNWIND|MERGE|MATCH|WITH|WHERE|SET|DETACH DELETE|DELETE)\b\s*(.*?)\s*"
                    r"(?=\b(?:UNWIND|MERGE|MATCH|WITH|WHERE|SET|DETACH DELETE|DELETE)\b|$)", re.S)
NODE = r"\((\w+)(?::(\w+)(?: \{(\w+): (.*?)\})?)?\)"
PATH = re.compile(NODE + r"-\[(\w*):(\w+)(?: \{(\w+): (.*?)\})?\]->" + NODE)
NODE = re.compile(NODE)


class Wrong(Exception):
    pass


def value(text, bound):
    """What an expression is: a number, a property, coalesce."""
    text = text.strip()
    if found := re.fullmatch(r"coalesce\((.*), (.*)\)", text):
        first = value(found[1], bound)
        return value(found[2], bound) if first is None else first
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if found := re.fullmatch(r"(\w+)\.(\w+)", text):
        thing = bound[found[1]]
        return (thing if isinstance(thing, dict) else properties(thing)).get(found[2])
    raise Wrong(f"no expression: {text}")


def properties(key):
    return nodes[key] if key in nodes else relations[key]


def holds(text, bound):
    found = re.fullmatch(r"(.+?) (<>|<=|<) (.+)", text)
    if not found:
        raise Wrong(f"no condition: {text}")
    a, b = value(found[1], bound), value(found[3], bound)
    return a != b if found[2] == "<>" else a <= b if found[2] == "<=" else a < b


def node(parts, bound, undo, makes):
    """The node of a pattern: bound already, or by its key; None when there is none."""
    name, label, key, expression = parts
    if name in bound:
        return bound[name]
    if key is None:
        raise Wrong(f"a node without its key: {name}")
    if makes and constraints.get(label) != key:
        raise Wrong(f"no constraint on {label}.{key}")
    place = (label, key, value(expression, bound))
    if place not in nodes:
        if not makes:
            return None
        change(nodes, place, {key: place[2]}, undo)
    bound[name] = place
    return place


def change(store, key, new, undo):
    undo.append((store, key, store.get(key)))
    if new is None:
        store.pop(key, None)
    else:
        store[key] = {name: v for name, v in new.items() if v is not None}


def merge(text, bound, undo):
    if found := PATH.fullmatch(text):
        groups = found.groups()
        start, end = node(groups[:4], bound, undo, False), node(groups[8:], bound, undo, False)
        variable, name, key, expression = groups[4:8]
        own = {key: value(expression, bound)} if key else {}
        place = (start, name, end, own.get(key))
        if place not in relations:
            change(relations, place, own, undo)
        bound[variable or "_"] = place
    elif found := NODE.fullmatch(text):
        node(found.groups(), bound, undo, True)
    else:
        raise Wrong(f"no pattern: {text}")
    return [bound]


def match(text, bound, undo):
    if found := NODE.fullmatch(text):
        return [bound] if node(found.groups(), bound, undo, False) else []
    found = PATH.fullmatch(text)
    if not found:
        raise Wrong(f"no pattern: {text}")
    groups = found.groups()
    name, label, key, expression = groups[:4]
    start = (label, key, value(expression, bound)) if key else None
    wanted = value(groups[7], bound) if groups[6] else None
    among = [place for place in by_start.get(start, ()) if place in relations] if start else relations
    return [{**bound, name: place[0], groups[4]: place, groups[8]: place[2]} for place in among
            if place[1] == groups[5] and place[0][0] == label and place[2][0] == groups[9]
            and (wanted is None or place[3] == wanted)]


def run(statement, parameters):
    if found := re.fullmatch(r"CREATE CONSTRAINT \w+ IF NOT EXISTS FOR \(n:(\w+)\) REQUIRE n\.(\w+) IS UNIQUE", statement):
        constraints[found[1]] = found[2]
        return
    clauses = [(word, rest) for word, rest in CLAUSE.findall(statement)]
    if not clauses or clauses.pop(0) != ("UNWIND", "$rows AS r"):
        raise Wrong(f"no statement: {statement}")
    undo = []
    try:
        for row in parameters.get("rows", []):
            found = [{"r": row}]
            for word, rest in clauses:
                found = [after for bound in found for after in step(word, rest, bound, undo)]
    except Exception:
        for store, key, former in reversed(undo):
            if former is None:
                store.pop(key, None)
            else:
                store[key] = former
        raise
    for store, place, _ in undo:
        if store is relations and place in relations:
            by_start.setdefault(place[0], set()).add(place)


def step(word, rest, bound, undo):
    if word == "MERGE":
        return merge(rest, bound, undo)
    if word == "MATCH":
        return match(rest, bound, undo)
    if word == "WITH":
        return [bound]
    if word == "WHERE":
        return [bound] if holds(rest, bound) else []
    if word == "SET":
        if found := re.fullmatch(r"(\w+) \+= r\.properties", rest):
            own = {found[1]: bound["r"]["properties"]}
        elif found := re.fullmatch(r"(\w+)\.(\w+) = (.+)", rest):
            own = {found[1]: {found[2]: value(found[3], bound)}}
        else:
            raise Wrong(f"nothing to set: {rest}")
        for name, new in own.items():
            place = bound[name]
            change(nodes if place in nodes else relations, place, {**properties(place), **new}, undo)
        return [bound]
    place = bound[rest]
    if word == "DELETE" and place in nodes:
        raise Wrong("a node may still have relations")
    if place in nodes:
        for other in [other for other in by_start.get(place, ()) if other in relations]:
            change(relations, other, None, undo)
    change(nodes if place in nodes else relations, place, None, undo)
    return [bound]


class Neo4j(Handler):
    login = "neo4j:secret"

    def refuse(self, status, code, words):
        self.answer(status, {"errors": [{"code": code, "message": words}]})

    def take(self, method, path, parameters, body):
        global poison
        if path == "/rows":
            found = [own for key, own in nodes.items() if key[0] == parameters["label"] and "rev" in own]
            return self.answer(200, "".join(f"{own['id']} {own['rev']}\n" for own in found).encode())
        if path == "/poison":
            poison = parameters["id"]
            return self.answer(200)
        if path == "/drift":
            constraints.pop("Message")
            return self.answer(200)
        if not self.is_allowed():
            return self.refuse(401, "Neo.ClientError.Security.Unauthorized", "Invalid credential.")
        if method != "POST" or not re.fullmatch(r"/db/[\w.-]+/query/v2", path):
            return self.refuse(404, "Neo.ClientError.Request.Invalid", "not found")
        request = json.loads(body)
        rows = request.get("parameters", {}).get("rows", [])
        if any(row["id"] == poison and "properties" in row for row in rows):
            return self.refuse(400, "Neo.ClientError.Schema.ConstraintValidationFailed", "poison")
        try:
            run(request["statement"], request.get("parameters", {}))
        except Wrong as error:
            return self.refuse(400, "Neo.ClientError.Statement.SyntaxError", str(error))
        self.answer(202, {"data": {"fields": [], "values": []}, "bookmarks": []})


serve(Neo4j)
