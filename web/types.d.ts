// What the receiver's API answers (docs/api.md), and the libraries that index.html loads.

interface ApiUsage {
  model: string | null;
  input: number;
  output: number;
  reasoning: number;
  cache_write_5m: number;
  cache_write_1h: number;
  cache_read: number;
  tokens: number;
  cost: number | null;
}

interface ApiCall {
  id: string;
  call: string;
  name: string;
  category: string;
  mcp_server: string | null;
  argument: string | null;
  file_path: string | null;
  command: string | null;
  query: string | null;
  directory: string | null;
  timestamp: string | null;
  outcome: "success" | "error" | "denied" | "interrupted" | null;
  error: string | null;
  error_class: string | null;
  exit_code: number | null;
  result_type: string | null;
  result_size: number | null;
  duration_ms: number | null;
  measured: boolean;
  danger: string | null;
  sensitive: boolean;
  network: boolean;
  system_files: boolean;
  subagent: string | null;
  session: string;
}

interface ApiAttachment {
  id: string;
  kind: string;
  media_type: string;
  size: number;
  path?: string | null;
  entry?: number;
  call?: string | null;
}

interface ApiItem {
  id: string;
  entry: number;
  block: number;
  role: string;
  kind: string;
  model: string | null;
  timestamp: string | null;
  sidechain: boolean;
  text: string;
  length: number;
  truncated: boolean;
  language: string | null;
  has_code: boolean;
  has_secrets: boolean;
  repaired: boolean;
  usage: ApiUsage | null;
  call: ApiCall | null;
  attachments: ApiAttachment[];
}

interface ApiEntry {
  seq: number;
  id: string;
  received: string;
  timestamp: string | null;
  latency_ms: number | null;
  machine: string;
  agent: string;
  owner: string;
  tool: string;
  kind: string;
  status: "ok" | "recovered" | "malformed" | "unknown";
  reason: string | null;
  session: string;
  session_name: string;
  title: string | null;
  project: string | null;
  sidechain: boolean;
  icon: string;
  items: ApiItem[];
  usage: ApiUsage | null;
}

interface ApiLive {
  as_of: string;
  epoch: string;
  seq: number;
  rev: number;
  today: Record<string, any> & {
    since: string;
    messages: number;
    prompts: number;
    tokens: number;
    cost: number;
    unpriced: number;
    sessions: number;
    tool_calls: number;
    tool_errors: number;
    findings: number;
  };
  active_sessions: number;
  machines: { online: number; enrolled: number };
  rates: { window_ms: number; messages_per_minute: number; tokens_per_minute: number; cost_per_hour: number };
  sparklines: { step_ms: number; messages: number[]; tokens: number[]; cost: number[]; machines: number[] };
  latency: { window_ms: number; count: number; p50_ms: number | null; p95_ms: number | null; p99_ms: number | null };
  ingest: { pending: number; failure: string | null };
}

interface ApiSession {
  id: string;
  session: string;
  short: string;
  tool: string;
  title: string | null;
  title_source: string | null;
  project: string | null;
  directory: string | null;
  branch: string | null;
  remote: string | null;
  machine: string;
  agent: string;
  owner: string;
  models: string[];
  version: string | null;
  entrypoint: string | null;
  link: string | null;
  started: string | null;
  ended: string | null;
  received: string | null;
  duration_ms: number | null;
  status: "working" | "waiting" | "idle" | "stale" | "unclean" | "quiet";
  prompts: number;
  messages: number;
  responses: number;
  tool_calls: number;
  tool_errors: number;
  files: number;
  findings: number;
  compactions: number;
  entries: number;
  tokens: number;
  input: number;
  output: number;
  cache_write: number;
  cache_read: number;
  cost: number | null;
  unpriced: number;
  peak_context: number | null;
  turn_ms: number | null;
  health: number | null;
  grade: string | null;
  outcome: string | null;
  integrity: string | null;
  lineage: string | null;
  parent: string | null;
  parent_call: string | null;
  agent_type: string | null;
  subagents: number;
}

interface ApiCompaction {
  id: string;
  timestamp: string | null;
  trigger: string | null;
  tokens_before: number | null;
  tokens_after: number | null;
  partial: boolean;
}

interface ApiPoint {
  index: number;
  id: string;
  type: "prompt" | "compaction" | "error" | "commit" | "subagent" | "interruption" | "plan";
  text: string;
  timestamp: string | null;
  session: string | null;
}

interface ApiFinding {
  id: string;
  kind: "secret" | "danger" | "sensitive";
  rule: string;
  severity: string;
  confidence: string | null;
  masked: string | null;
  timestamp: string | null;
  session: string;
  title: string | null;
  machine: string;
  owner: string;
  item: string | null;
  call: string | null;
  access: string | null;
  entry: number | null;
  outcome: string | null;
  state: "new" | "triaged" | "false_positive";
  note: string | null;
  state_at: string | null;
  state_by: string | null;
}

interface ApiDiff {
  path: string;
  operation: string;
  truncated: boolean;
  hunks: { old_start: number; old_lines: number; new_start: number; new_lines: number; lines: string[] }[];
}

interface ApiCallDetail {
  call: ApiCall;
  input: string | null;
  input_truncated: boolean;
  output: string | null;
  output_truncated: boolean;
  diffs: ApiDiff[];
  files: { path: string; operation: string; size: number | null; lines_added: number | null; lines_removed: number | null; range: string | null }[];
  findings: ApiFinding[];
}

interface ApiMatch {
  id: string;
  session: string;
  session_id: string;
  title: string | null;
  project: string | null;
  branch: string | null;
  machine: string;
  tool: string;
  role: string;
  kind: string;
  name: string | null;
  model: string | null;
  timestamp: string | null;
  call: string | null;
  snippet: string;
  marks: [number, number][];
}

interface ApiMe {
  role: "viewer-aggregate" | "viewer-own" | "viewer" | "admin" | null;
  owner: string | null;
  name: string | null;
  open: boolean;
  expires: string | null;
  version: string;
  receiver: string;
  zone_minutes: number;
}

/** What `h` takes for children: nodes, texts, numbers, lists of them; false and null are nothing. */
type Child = Node | string | number | false | null | undefined;
type Children = Child | Children[];

interface Window {
  marked?: any;
  DOMPurify?: any;
  hljs?: any;
}

// Newer than the declarations of the oldest compiler that checks this page.
interface HTMLElement {
  showPopover(): void;
  hidePopover(): void;
}
