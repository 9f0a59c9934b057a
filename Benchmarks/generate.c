// Deterministic corpus of JSON Lines sessions in the shape of Claude Code's transcripts.
//
//   generate bulk DIRECTORY [--scale S] [--seed N]   1 GiB x S in 400 x S files (at least 40)
//   generate many DIRECTORY [--scale S] [--seed N]   20,000 x S files of about 20 KB
//   generate live DIRECTORY [--files N] [--lines N]  N files of exactly that many lines (10 x 405)
//
// Files are DIRECTORY/pNN/sNNNNNN.jsonl, over 40 folders, with modification times in the past.
// Each line is one JSON object with a uuid that occurs once in everything generated. The length of a
// line is log-normal (median 1.2 KB, 99th percentile 60 KB); in `bulk` one line in 4,000 has 1 to 5 MB.
// A session repeats its own fragments, as file contents and tool results repeat in real transcripts,
// so that LZ4 reaches a ratio of 3 to 3.4. Prints {"files":…,"bytes":…,"lines":…}.
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

enum { FOLDERS = 40, VOCABULARY = 6000, FRAGMENTS = 6000, LOCAL = 40, SHORTEST = 420, LONGEST = 950000 };
static const double MEDIAN = 1200, SIGMA = 1.6818;  // ln(60 KB / 1.2 KB) / 2.326
static const double FROM_SESSION = 0.58;            // share of fragments that the session has had before
static const time_t EPOCH = 1760000000;

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

// MARK: sessions

typedef struct {
  Random random;
  uint64_t kind, index, lines;
  size_t local[LOCAL];
  char head[600], session[37], uuid[37];
  double time;
} Session;

// 64 of the 122 free bits are a bijection of (kind, file, line): no uuid comes twice.
static void make_uuid(char *uuid, uint64_t kind, uint64_t file, uint64_t line) {
  uint64_t unique = mix(kind << 60 | file << 32 | line), rest = mix(unique ^ 0x5bd1e995u);
  snprintf(uuid, 37, "%08llx-%04llx-4%03llx-a%03llx-%08llx%04llx", (unsigned long long)(unique >> 32),
      (unsigned long long)(unique >> 16 & 0xffff), (unsigned long long)(rest & 0xfff),
      (unsigned long long)(rest >> 12 & 0xfff), (unsigned long long)(rest >> 32),
      (unsigned long long)(unique & 0xffff));
}
static Session session_for(uint64_t seed, uint64_t kind, uint64_t index) {
  Session s = {.random = random_for(seed, kind, index), .kind = kind, .index = index, .time = (double)index * 60};
  for (size_t i = 0; i < LOCAL; i++) s.local[i] = below(&s.random, FRAGMENTS);
  make_uuid(s.session, kind, index, 0);
  snprintf(s.head, sizeof s.head,
      "\"isSidechain\":false,\"userType\":\"external\",\"cwd\":\"/home/dev/%s-%s\",\"sessionId\":\"%s\","
      "\"version\":\"2.1.%d\",\"gitBranch\":\"%s/%s\",",
      word(&s.random), word(&s.random), s.session, (int)below(&s.random, 60), word(&s.random), word(&s.random));
  return s;
}
// Appends about `size` bytes. A fragment is only cut at a space, which no escape and no character contains.
static void put_body(Text *t, Session *s, size_t size) {
  for (size_t end = t->size + size; t->size < end;) {
    size_t slot = below(&s->random, LOCAL), chosen = s->local[slot];
    if (uniform(&s->random) > FROM_SESSION) {
      chosen = below(&s->random, FRAGMENTS);
      if (below(&s->random, 5) == 0) s->local[slot] = chosen;
    }
    size_t left = end - t->size, length = fragments[chosen].size;
    if (length > left + 64) {
      for (length = left; length && fragments[chosen].bytes[length] != ' ';) length--;
      if (!length) { puts_to(t, "ok"); break; }
    }
    put(t, fragments[chosen].bytes, length);
  }
}
static void put_message(Text *t, Session *s, size_t body) {
  Random *r = &s->random;
  double kind = uniform(r);
  if (kind < .45) {
    print_to(t, "\"type\":\"assistant\",\"message\":{\"model\":\"claude-bench-1\",\"id\":\"msg_%016llx\",\"type\":"
        "\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"", (unsigned long long)next(r));
    put_body(t, s, body);
    print_to(t, "\"}],\"usage\":{\"input_tokens\":%d,\"cache_read_input_tokens\":%d,\"output_tokens\":%d}},"
        "\"requestId\":\"req_%016llx\",", (int)below(r, 9999), (int)below(r, 199999), (int)below(r, 4999),
        (unsigned long long)next(r));
  } else if (kind < .85) {  // a tool's result stands in the line twice
    print_to(t, "\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":[{\"tool_use_id\":\"toolu_%016llx\","
        "\"type\":\"tool_result\",\"content\":\"", (unsigned long long)next(r));
    size_t start = t->size;
    put_body(t, s, body / 2);
    size_t length = t->size - start;
    puts_to(t, "\"}]},\"toolUseResult\":{\"stdout\":\"");
    reserve(t, length);
    put(t, t->bytes + start, length);
    puts_to(t, "\",\"stderr\":\"\",\"interrupted\":false},");
  } else {
    puts_to(t, "\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"");
    put_body(t, s, body);
    puts_to(t, "\"},");
  }
}
static void put_line(Text *t, Session *s, size_t size) {
  const size_t frame = 640;  // about what a line has besides its body
  if (s->lines++) print_to(t, "{\"parentUuid\":\"%s\",", s->uuid);
  else puts_to(t, "{\"parentUuid\":null,");
  puts_to(t, s->head);
  put_message(t, s, size > frame + 16 ? size - frame : 16);
  make_uuid(s->uuid, s->kind, s->index, s->lines);
  s->time += uniform(&s->random) * 20;
  long ms = (long)(s->time * 1000), second = ms / 1000;
  print_to(t, "\"uuid\":\"%s\",\"timestamp\":\"2025-10-%02ldT%02ld:%02ld:%02ld.%03ldZ\"}\n", s->uuid,
      1 + second / 86400 % 28, second / 3600 % 24, second / 60 % 60, second % 60, ms % 1000);
}

// MARK: files

typedef struct {
  const char *directory;
  uint64_t seed, kind, files, lines_each, bytes, lines;
} Corpus;
enum { BULK = 1, MANY = 2, LIVE = 3 };

static size_t line_size(Corpus *c, Session *s, size_t left) {
  Random *r = &s->random;
  if (c->kind == BULK && below(r, 4000) == 0) return 1000000 + below(r, 4000001);
  double size = log_normal(r, MEDIAN, c->kind == MANY ? 1.2 : SIGMA);
  double longest = c->kind == BULK ? LONGEST : c->kind == LIVE ? 262144 : fmax(700, (double)left);
  return (size_t)fmin(fmax(size, SHORTEST), longest);
}
static void write_file(Corpus *c, uint64_t index, const Text *text) {
  char path[4096];
  snprintf(path, sizeof path, "%s/p%02d", c->directory, (int)(index % FOLDERS));
  if (mkdir(path, 0755) && errno != EEXIST) fail(path);
  snprintf(path, sizeof path, "%s/p%02d/s%06d.jsonl", c->directory, (int)(index % FOLDERS), (int)index);
  int file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (file < 0) fail(path);
  for (size_t at = 0; at < text->size;) {
    ssize_t wrote = write(file, text->bytes + at, text->size - at);
    if (wrote < 0) fail(path);
    at += (size_t)wrote;
  }
  struct timespec times[2] = {{EPOCH + (time_t)index * 60, 0}, {EPOCH + (time_t)index * 60, 0}};
  if (futimens(file, times) || close(file)) fail(path);
}
static void make_file(Corpus *c, uint64_t index, size_t size, Text *text) {
  Session s = session_for(c->seed, c->kind, index);
  text->size = 0;
  while (c->lines_each ? s.lines < c->lines_each : text->size < size)
    put_line(text, &s, line_size(c, &s, size - text->size));
  write_file(c, index, text);
  c->bytes += text->size;
  c->lines += s.lines;
}
static void make_corpus(Corpus *c, double total) {
  Random r = random_for(c->seed, c->kind, 1u << 31);
  double *weight = calloc(c->files, sizeof *weight), sum = 0;
  if (!weight) fail("memory");
  for (uint64_t i = 0; i < c->files; i++) sum += weight[i] = c->kind == BULK ? log_normal(&r, 1, .9) : 1;
  Text text = {0};
  double planned = 0;
  for (uint64_t i = 0; i < c->files; i++) {  // what one file has too much (its last line), the next ones have less
    planned += total * weight[i] / sum;
    make_file(c, i, (size_t)fmax(1, planned - (double)c->bytes), &text);
  }
  free(weight);
  free(text.bytes);
}
static int usage(void) {
  fputs("usage: generate bulk|many DIRECTORY [--scale S] [--seed N]\n"
        "       generate live DIRECTORY [--files N] [--lines N] [--seed N]\n", stderr);
  return 2;
}
int main(int count, char **arguments) {
  if (count < 3 || count % 2 == 0) return usage();
  Corpus c = {.directory = arguments[2], .seed = 1, .files = 10, .lines_each = 405};
  c.kind = !strcmp(arguments[1], "bulk") ? BULK : !strcmp(arguments[1], "many") ? MANY :
      !strcmp(arguments[1], "live") ? LIVE : 0;
  double scale = 1;
  for (int i = 3; i < count; i += 2) {
    if (!strcmp(arguments[i], "--scale")) scale = atof(arguments[i + 1]);
    else if (!strcmp(arguments[i], "--seed")) c.seed = strtoull(arguments[i + 1], 0, 10);
    else if (!strcmp(arguments[i], "--files")) c.files = strtoull(arguments[i + 1], 0, 10);
    else if (!strcmp(arguments[i], "--lines")) c.lines_each = strtoull(arguments[i + 1], 0, 10);
    else return usage();
  }
  if (!c.kind || scale <= 0) return usage();
  if (c.kind != LIVE) c.files = (uint64_t)fmax(FOLDERS, round((c.kind == BULK ? 400 : 20000) * scale));
  if (c.kind != LIVE) c.lines_each = 0;
  if (mkdir(c.directory, 0755) && errno != EEXIST) fail(c.directory);
  make_vocabulary();
  make_fragments();
  make_corpus(&c, c.kind == BULK ? 0x1p30 * scale : 20000.0 * (double)c.files);
  printf("{\"files\":%llu,\"bytes\":%llu,\"lines\":%llu}\n", (unsigned long long)c.files, (unsigned long long)c.bytes,
      (unsigned long long)c.lines);
  return 0;
}
