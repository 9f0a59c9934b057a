"""The floor: builds ../floor.c and runs it."""

import json
import os

from .processes import Failed, run

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def build(work):
    """The compiled floor; compiled again when its source is newer."""
    source, program = os.path.join(_HERE, "floor.c"), os.path.join(work, "floor")
    if not os.path.exists(program) or os.path.getmtime(source) > os.path.getmtime(program):
        try:
            run(["gcc", "-std=gnu17", "-O3", "-march=native", "-Wall", "-Wextra", "-o", program, source,
                 "-llz4", "-lssl", "-lcrypto"])
        except Failed as failure:
            raise Failed(f"the floor needs gcc, liblz4-dev and libssl-dev: {failure}")
    return program


def ship(program, corpus, folder, certificates, cpus):
    """Ships the corpus to `folder`; figures of the run and pairs to compare. One core: pinned by itself."""
    listing, copies = os.path.join(folder, "list"), os.path.join(folder, "copies")
    os.makedirs(copies)
    sources = [os.path.join(corpus.path, name) for name in corpus.files]
    with open(listing, "w") as file:
        file.writelines(f"{path}\n" for path in sources)
    pin = ["taskset", "-c", ",".join(map(str, sorted(cpus)))]
    one = [str(min(cpus))] if len(cpus) == 1 else []
    figures = json.loads(run([*pin, program, listing, copies, certificates, *one], limit=600))
    pairs = [(path, os.path.join(copies, str(number))) for number, path in enumerate(sources)]
    return figures, pairs
