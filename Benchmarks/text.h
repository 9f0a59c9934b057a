// What the generators share: random numbers, growing text, a vocabulary and fragments of prose, source and output
// that are made of it, escaped for JSON from the start. The same bytes each time.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { VOCABULARY = 6000, FRAGMENTS = 6000, LOCAL = 40 };
static const double FROM_SESSION = 0.58;  // share of fragments that the session has had before

static void fail(const char *what) {
  fprintf(stderr, "generate: %s: %s\n", what, strerror(errno));
  exit(1);
}

// MARK: random numbers (splitmix64)

typedef struct { uint64_t state; } Random;

static uint64_t mix(uint64_t x) {  // a bijection, so distinct inputs give distinct outputs
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}
static uint64_t next(Random *r) { return mix(r->state += 0x9e3779b97f4a7c15u); }
static Random random_for(uint64_t seed, uint64_t kind, uint64_t index) {
  return (Random){mix(seed * 0x9e3779b97f4a7c15u + mix(kind << 40 | index))};
}
static double uniform(Random *r) { return (double)(next(r) >> 11) * 0x1p-53; }
static uint64_t below(Random *r, uint64_t bound) { return (uint64_t)(uniform(r) * (double)bound); }
static double log_normal(Random *r, double median, double sigma) {
  double radius = sqrt(-2 * log(1 - uniform(r)));
  return median * exp(sigma * radius * cos(2 * M_PI * uniform(r)));
}

// MARK: growing text

typedef struct { char *bytes; size_t size, capacity; } Text;

static void reserve(Text *t, size_t more) {
  if (t->size + more <= t->capacity) return;
  t->capacity = (t->size + more) * 2;
  if (!(t->bytes = realloc(t->bytes, t->capacity))) fail("memory");
}
static void put(Text *t, const char *bytes, size_t size) {
  reserve(t, size);
  memcpy(t->bytes + t->size, bytes, size);
  t->size += size;
}
static void puts_to(Text *t, const char *string) { put(t, string, strlen(string)); }
__attribute__((format(printf, 2, 3))) static void print_to(Text *t, const char *format, ...) {
  reserve(t, 4096);
  va_list arguments;
  va_start(arguments, format);
  t->size += (size_t)vsnprintf(t->bytes + t->size, 4096, format, arguments);
  va_end(arguments);
}

// MARK: vocabulary and fragments (escaped for JSON from the start)

static const char *COMMON[] = {
    "the", "a", "to", "of", "and", "in", "is", "that", "it", "for", "this", "with", "file", "we", "be", "are", "on",
    "not", "should", "now", "let", "function", "test", "error", "return", "value", "line", "when", "from", "code",
    "run", "check", "read", "write", "path", "name", "string", "type", "list", "result", "call", "add", "update",
    "change", "config", "server", "client", "request", "response", "message", "session", "output", "input", "build",
    "failed", "passed", "expected", "found", "missing", "import", "module", "class", "method", "parameter", "option",
    "default", "directory", "command", "process", "thread", "buffer", "offset", "length", "index", "key", "table"};
static const char *SYLLABLES[] = {"an", "be", "con", "de", "er", "fi", "gra", "ho", "in", "ju", "ker", "lo", "mi",
    "ner", "or", "pre", "qui", "re", "ser", "ti", "un", "va", "wor", "ex", "ya", "zo", "ment", "tion", "al", "ic"};
static char vocabulary[VOCABULARY][20];
static double cumulative[VOCABULARY];
static Text fragments[FRAGMENTS];

static void make_vocabulary(void) {
  Random r = random_for(0, 1, 0);
  size_t common = sizeof COMMON / sizeof *COMMON, syllables = sizeof SYLLABLES / sizeof *SYLLABLES;
  double sum = 0;
  for (size_t i = 0; i < VOCABULARY; i++) {
    if (i < common) strcpy(vocabulary[i], COMMON[i]);
    else for (uint64_t n = 2 + below(&r, 3); n; n--) strcat(vocabulary[i], SYLLABLES[below(&r, syllables)]);
    cumulative[i] = sum += 1 / pow((double)i + 9, 1.02);  // Zipf
  }
}
static const char *word(Random *r) {
  double at = uniform(r) * cumulative[VOCABULARY - 1];
  size_t low = 0, high = VOCABULARY - 1;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (cumulative[middle] < at) low = middle + 1; else high = middle;
  }
  return vocabulary[low];
}
static void prose(Text *t, Random *r) {
  for (uint64_t sentences = 1 + below(r, 9); sentences; sentences--) {
    for (uint64_t n = 5 + below(r, 14); n; n--) print_to(t, "%s%s", word(r), n > 1 ? " " : "");
    puts_to(t, below(r, 4) ? ". " : ".\\n\\n");
  }
}
static void source_line(Text *t, Random *r, int *depth) {
  const char *a = word(r), *b = word(r), *c = word(r), *d = word(r);
  for (int i = 0; i < *depth; i++) puts_to(t, "    ");
  switch (below(r, 7)) {
  case 0: print_to(t, "func %s(%s: Int, %s: String) {", a, b, c); *depth += *depth < 4; break;
  case 1: print_to(t, "if %s.%s == %s.%s {", a, b, c, d); *depth += *depth < 4; break;
  case 2: print_to(t, "return %s(%s[%d])", a, b, (int)below(r, 1000)); *depth -= *depth > 0; break;
  case 3: print_to(t, "let %s = %s.%s(\\\"%s\\\")", a, b, c, d); break;
  case 4: print_to(t, "%s.%s = %d", a, b, (int)below(r, 100000)); break;
  case 5: print_to(t, "// %s %s %s", a, b, c); *depth -= *depth > 0; break;
  default: puts_to(t, "}"); *depth -= *depth > 0;
  }
}
static void source(Text *t, Random *r, bool numbered) {
  int depth = 0, number = (int)below(r, 900);
  for (uint64_t lines = 4 + below(r, 27); lines; lines--) {
    if (numbered) print_to(t, "%6d\xe2\x86\x92", ++number);
    source_line(t, r, &depth);
    puts_to(t, "\\n");
  }
}
static void matches(Text *t, Random *r) {
  for (uint64_t lines = 3 + below(r, 12); lines; lines--)
    print_to(t, "Sources/%s/%s.swift:%d: %s %s %s %s\\n", word(r), word(r), (int)below(r, 2000), word(r), word(r),
        word(r), word(r));
}
static void noise(Text *t, Random *r) {
  for (uint64_t words = 4 + below(r, 12); words; words--) print_to(t, "%016llx ", (unsigned long long)next(r));
}
static void make_fragments(void) {
  for (size_t i = 0; i < FRAGMENTS; i++) {
    Random r = random_for(0, 2, i);
    double kind = uniform(&r);
    if (kind < .35) prose(&fragments[i], &r);
    else if (kind < .60) source(&fragments[i], &r, false);
    else if (kind < .80) source(&fragments[i], &r, true);
    else if (kind < .92) matches(&fragments[i], &r);
    else noise(&fragments[i], &r);
  }
}

// MARK: bodies

// Appends about `size` bytes. A fragment is only cut at a space, which no escape and no character contains.
static void put_text(Text *t, Random *r, size_t *had, size_t size) {
  for (size_t end = t->size + size; t->size < end;) {
    size_t slot = below(r, LOCAL), chosen = had[slot];
    if (uniform(r) > FROM_SESSION) {
      chosen = below(r, FRAGMENTS);
      if (below(r, 5) == 0) had[slot] = chosen;
    }
    size_t left = end - t->size, length = fragments[chosen].size;
    if (length > left + 64) {
      for (length = left; length && fragments[chosen].bytes[length] != ' ';) length--;
      if (!length) { puts_to(t, "ok"); break; }
    }
    put(t, fragments[chosen].bytes, length);
  }
}

// 64 of the 122 free bits are a bijection of (kind, file, line): no uuid comes twice.
static void make_uuid(char *uuid, uint64_t kind, uint64_t file, uint64_t line) {
  uint64_t unique = mix(kind << 60 | file << 32 | line), rest = mix(unique ^ 0x5bd1e995u);
  snprintf(uuid, 37, "%08llx-%04llx-4%03llx-a%03llx-%08llx%04llx", (unsigned long long)(unique >> 32),
      (unsigned long long)(unique >> 16 & 0xffff), (unsigned long long)(rest & 0xfff),
      (unsigned long long)(rest >> 12 & 0xfff), (unsigned long long)(rest >> 32),
      (unsigned long long)(unique & 0xffff));
}
