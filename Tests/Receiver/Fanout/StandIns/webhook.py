"""A stand-in for somebody's web hook: takes lines of JSON, and checks the signature.

usage: webhook.py PORT    secret "shared"; prints READY when it listens

Of its own: GET /rows lists table/identifier, rev, and whether the row is deleted, the latest of each; POST /poison?id=N
has the row N refused until another is named; GET /repeats says how many batches came more than once.
"""

import hashlib
import hmac
import json
import time

from front import Handler, serve

latest, batches, repeats = {}, set(), 0
poison = ""


class WebHook(Handler):
    def take(self, method, path, parameters, body):
        global poison, repeats
        if path == "/rows":
            text = "".join(f"{key} {row['rev']} {int(row.get('deleted', False))}\n" for key, row in latest.items())
            return self.answer(200, text.encode())
        if path == "/repeats":
            return self.answer(200, str(repeats).encode())
        if path == "/poison":
            poison = parameters["id"]
            return self.answer(200)
        moment = self.headers.get("X-Tailship-Timestamp", "")
        code = hmac.new(b"shared", moment.encode() + b"." + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest("sha256=" + code, self.headers.get("X-Tailship-Signature", "")):
            return self.answer(401, b"the signature is wrong")
        if abs(time.time() - int(moment)) > 300:
            return self.answer(401, b"the signature is old")
        rows = [json.loads(line) for line in body.decode().splitlines()]
        if any(row["id"] == poison and not row.get("deleted") for row in rows):
            return self.answer(422, b"poison")
        batch = self.headers["X-Tailship-Batch"]
        repeats += batch in batches
        batches.add(batch)
        for row in rows:
            key = f"{row['table']}/{row['id']}"
            if key not in latest or latest[key]["rev"] <= row["rev"]:
                latest[key] = row
        self.answer(204)


serve(WebHook)
