// Deterministic home folder with sessions as the tools leave them, so that a parser has something to understand.
//
//   generate sessions DIRECTORY [--entries N] [--days N] [--seed N]     30,000 lines over 30 days
//
// Claude Code: DIRECTORY/.claude/projects/<project>/<session>.jsonl and …/<session>/subagents/agent-….jsonl; Codex
// (a third of the lines): DIRECTORY/.codex/sessions/YYYY/MM/DD/rollout-….jsonl. Kinds of lines, their shares and
// the medians and spreads of their lengths are those of some hundred real sessions; a response stands on several
// lines that repeat its usage. One session in 6 has a subagent. The last day is 2026-01-31.
// One prompt in 300 has the word "zyxquokka", the rare word of the queries.
#include "text.h"

#include <time.h>

enum { BASE = 8, PROJECTS = 60 };
static const long END = 1769817600;  // 2026-01-31 00:00 UTC

typedef struct {
  Random random;
  uint64_t index, lines, calls;
  size_t had[LOCAL];
  char session[37], uuid[37], project[80], branch[40], agent[24], model[40];
  const char *folder;
  double time;  // seconds since 1970
  uint64_t input, output, cached;
  Text text;
} Session;

static uint64_t entries, files, bytes;

static void make_folders(char *path) {
  for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
    *at = 0;
    if (mkdir(path, 0755) && errno != EEXIST) fail(path);
    *at = '/';
  }
}
static void write_file(Session *s, char *path) {
  make_folders(path);
  int file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (file < 0) fail(path);
  for (size_t at = 0; at < s->text.size;) {
    ssize_t wrote = write(file, s->text.bytes + at, s->text.size - at);
    if (wrote < 0) fail(path);
    at += (size_t)wrote;
  }
  struct timespec times[2] = {{(time_t)s->time, 0}, {(time_t)s->time, 0}};
  if (futimens(file, times) || close(file)) fail(path);
  files++;
  bytes += s->text.size;
  entries += s->lines;
}
static void put_time(Text *t, double time) {
  time_t second = (time_t)time;
  struct tm parts;
  gmtime_r(&second, &parts);
  char text[40];
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  print_to(t, "%s.%03dZ", text, (int)((time - (double)second) * 1000));
}
static void body(Session *s, double median, double sigma) {
  put_text(&s->text, &s->random, s->had, (size_t)fmin(fmax(log_normal(&s->random, median, sigma), 12), 400000));
}

// MARK: Claude Code

static void begin_line(Session *s, const char *type) {
  Text *t = &s->text;
  if (s->lines) print_to(t, "{\"parentUuid\":\"%s\",", s->uuid);
  else puts_to(t, "{\"parentUuid\":null,");
  make_uuid(s->uuid, BASE, s->index, ++s->lines);
  print_to(t, "\"isSidechain\":%s,\"userType\":\"external\",\"cwd\":\"/home/dev/%s\",\"sessionId\":\"%s\",\"version\":"
      "\"2.1.%d\",\"gitBranch\":\"%s\",", *s->agent ? "true" : "false", s->project, s->session,
      (int)(s->index % 60), s->branch);
  if (*s->agent) print_to(t, "\"agentId\":\"%s\",", s->agent);
  print_to(t, "\"type\":\"%s\",", type);
}
static void end_line(Session *s, double pause) {
  s->time += uniform(&s->random) * pause;
  print_to(&s->text, "\"uuid\":\"%s\",\"timestamp\":\"", s->uuid);
  put_time(&s->text, s->time);
  puts_to(&s->text, "\"}\n");
}
static void prompt(Session *s) {
  begin_line(s, "user");
  puts_to(&s->text, "\"message\":{\"role\":\"user\",\"content\":\"");
  if (below(&s->random, 300) == 0) puts_to(&s->text, "zyxquokka ");
  body(s, 140, 1.4);
  puts_to(&s->text, "\"},");
  end_line(s, 120);
}
typedef struct { char message[30], request[30]; uint64_t input, output, cached, written; } Response;
static Response response(Session *s) {
  Random *r = &s->random;
  Response a = {.input = below(r, 12), .output = 20 + below(r, 900), .cached = s->cached, .written = below(r, 3000)};
  snprintf(a.message, sizeof a.message, "msg_%016llx", (unsigned long long)next(r));
  snprintf(a.request, sizeof a.request, "req_%016llx", (unsigned long long)next(r));
  s->cached = s->cached > 150000 ? 9000 : s->cached + a.written;
  return a;
}
static void begin_answer(Session *s, const Response *a) {
  begin_line(s, "assistant");
  print_to(&s->text, "\"message\":{\"model\":\"%s\",\"id\":\"%s\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[",
      s->model, a->message);
}
static void end_answer(Session *s, const Response *a, const char *reason) {
  print_to(&s->text, "],\"stop_reason\":%s,\"stop_sequence\":null,\"usage\":{\"input_tokens\":%llu,"
      "\"cache_creation_input_tokens\":%llu,\"cache_read_input_tokens\":%llu,\"cache_creation\":{"
      "\"ephemeral_5m_input_tokens\":%llu,\"ephemeral_1h_input_tokens\":0},\"output_tokens\":%llu,\"service_tier\":"
      "\"standard\"}},\"requestId\":\"%s\",", reason, (unsigned long long)a->input, (unsigned long long)a->written,
      (unsigned long long)a->cached, (unsigned long long)a->written, (unsigned long long)a->output, a->request);
  end_line(s, 8);
}
static void progress(Session *s, const char *call) {
  begin_line(s, "progress");
  puts_to(&s->text, "\"data\":{\"type\":\"bash_progress\",\"output\":\"");
  body(s, 300, 1.5);
  print_to(&s->text, "\",\"elapsedTimeSeconds\":%d},\"parentToolUseID\":\"%s\",", (int)below(&s->random, 99), call);
  end_line(s, 3);
}
static void input(Session *s, int tool) {
  Text *t = &s->text;
  Random *r = &s->random;
  switch (tool) {
  case 0: print_to(t, "{\"command\":\"%s %s --%s %s/%s.swift | grep %s\",\"description\":\"%s %s\"}",
      below(r, 40) ? "swift" : "rm -rf", word(r), word(r), word(r), word(r), word(r), word(r), word(r)); break;
  case 1: print_to(t, "{\"file_path\":\"/home/dev/%s/Sources/%s/%s.swift\"}", s->project, word(r), word(r)); break;
  case 2:
    print_to(t, "{\"file_path\":\"/home/dev/%s/Sources/%s.swift\",\"old_string\":\"", s->project, word(r));
    body(s, 250, 1);
    puts_to(t, "\",\"new_string\":\"");
    body(s, 350, 1);
    puts_to(t, "\"}");
    break;
  case 3: print_to(t, "{\"pattern\":\"%s.*%s\",\"path\":\"/home/dev/%s\"}", word(r), word(r), s->project); break;
  default:
    print_to(t, "{\"file_path\":\"/home/dev/%s/%s/%s.swift\",\"content\":\"", s->project, word(r), word(r));
    body(s, 1500, 1.2);
    puts_to(t, "\"}");
  }
}
static void call_and_result(Session *s, const Response *a) {
  static const char *names[] = {"Bash", "Read", "Edit", "Grep", "Write"};
  char call[40];
  Random *r = &s->random;
  int tool = (int)below(r, 12);
  tool = tool < 4 ? 0 : tool < 7 ? 1 : tool < 9 ? 2 : tool < 11 ? 3 : 4;
  snprintf(call, sizeof call, "toolu_%016llx", (unsigned long long)next(r));
  begin_answer(s, a);
  print_to(&s->text, "{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"%s\",\"input\":", call, names[tool]);
  input(s, tool);
  puts_to(&s->text, "}");
  end_answer(s, a, "\"tool_use\"");
  for (uint64_t n = below(r, 8) ? below(r, 2) : 4; n; n--) progress(s, call);
  bool failed = below(r, 25) == 0;
  begin_line(s, "user");
  print_to(&s->text, "\"message\":{\"role\":\"user\",\"content\":[{\"tool_use_id\":\"%s\",\"type\":\"tool_result\","
      "\"is_error\":%s,\"content\":\"%s", call, failed ? "true" : "false", failed ? "Exit code 1\\n" : "");
  size_t start = s->text.size;
  body(s, 650, 1.65);
  size_t length = s->text.size - start;
  puts_to(&s->text, "\"}]},\"toolUseResult\":{\"stdout\":\"");  // it stands in the line twice
  reserve(&s->text, length);
  put(&s->text, s->text.bytes + start, length);
  puts_to(&s->text, "\",\"stderr\":\"\",\"interrupted\":false},");
  end_line(s, 20);
}
static void turn(Session *s) {
  Random *r = &s->random;
  prompt(s);
  for (uint64_t steps = 1 + below(r, 12); steps; steps--) {
    Response a = response(s);
    if (below(r, 5) < 2) {
      begin_answer(s, &a);
      puts_to(&s->text, "{\"type\":\"thinking\",\"thinking\":\"");
      body(s, 500, 1);
      puts_to(&s->text, "\",\"signature\":\"");
      for (uint64_t n = 20 + below(r, 60); n; n--) print_to(&s->text, "%016llx", (unsigned long long)next(r));
      puts_to(&s->text, "\"}");
      end_answer(s, &a, "null");
    }
    if (steps == 1 || below(r, 2)) {
      begin_answer(s, &a);
      puts_to(&s->text, "{\"type\":\"text\",\"text\":\"");
      body(s, 260, 1.2);
      puts_to(&s->text, "\"}");
      end_answer(s, &a, steps == 1 ? "\"end_turn\"" : "null");
    }
    if (steps > 1) call_and_result(s, &a);
  }
  begin_line(s, "system");
  print_to(&s->text, "\"subtype\":\"turn_duration\",\"durationMs\":%d,", (int)below(r, 200000));
  end_line(s, 60);
}
static void begin_session(Session *s, uint64_t seed, uint64_t index, uint64_t days) {
  Random r = random_for(seed, BASE, index), project = random_for(seed, BASE + 1, mix(index) % PROJECTS);
  s->random = r;
  s->index = index;
  s->lines = s->calls = s->text.size = 0;
  s->input = s->output = 0;
  s->cached = 9000;
  *s->agent = 0;
  for (size_t i = 0; i < LOCAL; i++) s->had[i] = below(&s->random, FRAGMENTS);
  make_uuid(s->session, BASE, index, 0);
  snprintf(s->project, sizeof s->project, "%s-%s", word(&project), word(&project));
  snprintf(s->branch, sizeof s->branch, "%s/%s", word(&s->random), word(&s->random));
  snprintf(s->model, sizeof s->model, "%s", below(&s->random, 3) ? "claude-opus-4-6" : "claude-sonnet-4-5-20250929");
  s->time = (double)(END + 28800) - (double)below(&s->random, days) * 86400 + uniform(&s->random) * 36000;
}
static void claude(Session *s, uint64_t lines) {
  char path[4096];
  while (s->lines < lines) turn(s);
  snprintf(path, sizeof path, "%s/.claude/projects/-home-dev-%s/%s.jsonl", s->folder, s->project, s->session);
  write_file(s, path);
  if (below(&s->random, 6)) return;
  s->text.size = s->lines = 0;
  s->index |= 1u << 24;  // uuids of its own
  snprintf(s->agent, sizeof s->agent, "a%07llx", (unsigned long long)(next(&s->random) & 0xfffffff));
  while (s->lines < lines / 3) turn(s);
  snprintf(path, sizeof path, "%s/.claude/projects/-home-dev-%s/%s/subagents/agent-%s.jsonl", s->folder, s->project,
      s->session, s->agent);
  write_file(s, path);
}

// MARK: Codex

static void rollout_line(Session *s, const char *type) {
  s->lines++;
  s->time += uniform(&s->random) * 6;
  puts_to(&s->text, "{\"timestamp\":\"");
  put_time(&s->text, s->time);
  print_to(&s->text, "\",\"type\":\"%s\",\"payload\":{", type);
}
static void said(Session *s, const char *role, const char *event, double median) {
  Text *t = &s->text;
  rollout_line(s, "response_item");
  print_to(t, "\"type\":\"message\",\"role\":\"%s\",\"content\":[{\"type\":\"%s\",\"text\":\"", role,
      *role == 'u' ? "input_text" : "output_text");
  size_t start = t->size;
  body(s, median, 1.2);
  size_t length = t->size - start;
  puts_to(t, "\"}]}}\n");
  rollout_line(s, "event_msg");
  print_to(t, "\"type\":\"%s\",\"message\":\"", event);
  reserve(t, length);
  put(t, t->bytes + start, length);
  puts_to(t, "\"}}\n");
}
static void tokens(Session *s) {
  Random *r = &s->random;
  uint64_t in = 8000 + below(r, 90000), cached = in / 10 * 9, out = 50 + below(r, 1500);
  s->input += in, s->cached += cached, s->output += out;
  rollout_line(s, "event_msg");
  print_to(&s->text, "\"type\":\"token_count\",\"info\":{\"total_token_usage\":{\"input_tokens\":%llu,"
      "\"cached_input_tokens\":%llu,\"output_tokens\":%llu,\"reasoning_output_tokens\":0,\"total_tokens\":%llu},"
      "\"last_token_usage\":{\"input_tokens\":%llu,\"cached_input_tokens\":%llu,\"output_tokens\":%llu,"
      "\"reasoning_output_tokens\":0,\"total_tokens\":%llu},\"model_context_window\":272000},\"rate_limits\":null}}\n",
      (unsigned long long)s->input, (unsigned long long)s->cached, (unsigned long long)s->output,
      (unsigned long long)(s->input + s->output), (unsigned long long)in, (unsigned long long)cached,
      (unsigned long long)out, (unsigned long long)(in + out));
}
static void codex_call(Session *s) {
  Text *t = &s->text;
  Random *r = &s->random;
  uint64_t call = ++s->calls;
  rollout_line(s, "response_item");
  print_to(t, "\"type\":\"reasoning\",\"summary\":[],\"content\":null,\"encrypted_content\":\"");
  for (uint64_t n = 30 + below(r, 120); n; n--) print_to(t, "%016llx", (unsigned long long)next(r));
  puts_to(t, "\"}}\n");
  rollout_line(s, "response_item");
  print_to(t, "\"type\":\"function_call\",\"name\":\"shell_command\",\"arguments\":\"{\\\"command\\\":\\\"rg %s %s/%s\\\","
      "\\\"workdir\\\":\\\"/home/dev/%s\\\"}\",\"call_id\":\"call_%08llx%04llx\"}}\n", word(r), word(r), word(r), s->project,
      (unsigned long long)s->index, (unsigned long long)call);
  rollout_line(s, "response_item");
  print_to(t, "\"type\":\"function_call_output\",\"call_id\":\"call_%08llx%04llx\",\"output\":\"Exit code: 0\\nWall time: "
      "0.1 seconds\\nOutput:\\n", (unsigned long long)s->index, (unsigned long long)call);
  body(s, 500, 1.8);
  puts_to(t, "\"}}\n");
  tokens(s);
}
static void codex(Session *s, uint64_t lines) {
  char path[4096], day[32], stamp[32];
  s->cached = 0;
  time_t began = (time_t)s->time;
  struct tm parts;
  gmtime_r(&began, &parts);
  strftime(day, sizeof day, "%Y/%m/%d", &parts);
  strftime(stamp, sizeof stamp, "%Y-%m-%dT%H-%M-%S", &parts);
  snprintf(path, sizeof path, "%s/.codex/sessions/%s/rollout-%s-%s.jsonl", s->folder, day, stamp, s->session);
  rollout_line(s, "session_meta");
  print_to(&s->text, "\"id\":\"%s\",\"timestamp\":\"", s->session);
  put_time(&s->text, s->time);
  print_to(&s->text, "\",\"cwd\":\"/home/dev/%s\",\"originator\":\"codex_cli_rs\",\"cli_version\":\"0.98.0\",\"source\":\"cli\","
      "\"model_provider\":\"openai\",\"base_instructions\":{\"text\":\"", s->project);
  put_text(&s->text, &s->random, s->had, 24000);
  print_to(&s->text, "\"},\"git\":{\"branch\":\"%s\"}}}\n", s->branch);
  while (s->lines < lines) {
    rollout_line(s, "turn_context");
    print_to(&s->text, "\"cwd\":\"/home/dev/%s\",\"approval_policy\":\"on-request\",\"model\":\"gpt-5.2-codex\",\"effort\":"
        "\"high\",\"summary\":\"auto\",\"user_instructions\":\"", s->project);
    put_text(&s->text, &s->random, s->had, 1200);
    puts_to(&s->text, "\"}}\n");
    said(s, "user", "user_message", 160);
    for (uint64_t steps = 2 + below(&s->random, 14); steps; steps--) codex_call(s);
    said(s, "assistant", "agent_message", 450);
    tokens(s);
  }
  write_file(s, path);
}

static int usage(void) {
  fputs("usage: generate sessions DIRECTORY [--entries N] [--days N] [--seed N]\n", stderr);
  return 2;
}
int main(int count, char **arguments) {
  if (count < 3 || count % 2 == 0) return usage();
  uint64_t wanted = 30000, seed = 1, days = 30;
  for (int i = 3; i < count; i += 2) {
    uint64_t value = strtoull(arguments[i + 1], 0, 10);
    if (!strcmp(arguments[i], "--entries")) wanted = value;
    else if (!strcmp(arguments[i], "--days")) days = value;
    else if (!strcmp(arguments[i], "--seed")) seed = value;
    else return usage();
  }
  if (!wanted || !days) return usage();
  make_vocabulary();
  make_fragments();
  Session s = {.folder = arguments[2]};
  Random sizes = random_for(seed, BASE + 2, 0);
  for (uint64_t index = 0; entries < wanted; index++) {
    uint64_t lines = (uint64_t)fmin(fmax(log_normal(&sizes, 60, 1.4), 3), 6000);
    if (entries + lines > wanted) lines = wanted - entries;
    begin_session(&s, seed, index, days);
    if (index % 3 == 2) codex(&s, lines);
    else claude(&s, lines);
  }
  free(s.text.bytes);
  printf("{\"files\":%llu,\"bytes\":%llu,\"lines\":%llu}\n", (unsigned long long)files, (unsigned long long)bytes,
      (unsigned long long)entries);
  return 0;
}
