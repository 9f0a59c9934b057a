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
#include "text.h"

enum { FOLDERS = 40, SHORTEST = 420, LONGEST = 950000 };
static const double MEDIAN = 1200, SIGMA = 1.6818;  // ln(60 KB / 1.2 KB) / 2.326
static const time_t EPOCH = 1760000000;

// MARK: sessions

typedef struct {
  Random random;
  uint64_t kind, index, lines;
  size_t local[LOCAL];
  char head[600], session[37], uuid[37];
  double time;
} Session;

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
static void put_message(Text *t, Session *s, size_t body) {
  Random *r = &s->random;
  double kind = uniform(r);
  if (kind < .45) {
    print_to(t, "\"type\":\"assistant\",\"message\":{\"model\":\"claude-bench-1\",\"id\":\"msg_%016llx\",\"type\":"
        "\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"", (unsigned long long)next(r));
    put_text(t, r, s->local, body);
    print_to(t, "\"}],\"usage\":{\"input_tokens\":%d,\"cache_read_input_tokens\":%d,\"output_tokens\":%d}},"
        "\"requestId\":\"req_%016llx\",", (int)below(r, 9999), (int)below(r, 199999), (int)below(r, 4999),
        (unsigned long long)next(r));
  } else if (kind < .85) {  // a tool's result stands in the line twice
    print_to(t, "\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":[{\"tool_use_id\":\"toolu_%016llx\","
        "\"type\":\"tool_result\",\"content\":\"", (unsigned long long)next(r));
    size_t start = t->size;
    put_text(t, r, s->local, body / 2);
    size_t length = t->size - start;
    puts_to(t, "\"}]},\"toolUseResult\":{\"stdout\":\"");
    reserve(t, length);
    put(t, t->bytes + start, length);
    puts_to(t, "\",\"stderr\":\"\",\"interrupted\":false},");
  } else {
    puts_to(t, "\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"");
    put_text(t, r, s->local, body);
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
