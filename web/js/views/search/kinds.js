// @ts-check
// What a match is, in a word and a picture.

const kinds = /** @type {Record<string, {label: string, icon: string, tone: string}>} */ ({
  prompt: { label: "Prompt", icon: "human", tone: "accent" },
  slash_command: { label: "Command", icon: "human", tone: "accent" },
  text: { label: "Answer", icon: "assistant", tone: "neutral" },
  thinking: { label: "Thinking", icon: "thinking", tone: "violet" },
  tool_use: { label: "Call", icon: "tool", tone: "neutral" },
  tool_result: { label: "Result", icon: "result", tone: "neutral" },
  compact_summary: { label: "Summary", icon: "compaction", tone: "warn" },
  interruption: { label: "Interrupted", icon: "interruption", tone: "warn" },
  subagent_prompt: { label: "To a subagent", icon: "subagent", tone: "violet" },
  local_command_output: { label: "Output", icon: "result", tone: "neutral" },
  api_error: { label: "API error", icon: "error", tone: "bad" },
  system: { label: "System", icon: "system", tone: "neutral" },
  meta: { label: "Context", icon: "system", tone: "neutral" },
});

/** @param {{kind: string, name?: string|null}} match */
export function kindOf(match) {
  const kind = kinds[match.kind] ?? { label: match.kind, icon: "unparsed", tone: "neutral" };
  return match.name && match.kind.startsWith("tool_") ? { ...kind, label: match.name } : kind;
}
