// simdjson's DOM parser behind a C face: one call turns bytes into its tape, which is read in place.
// The tape is specified at https://github.com/simdjson/simdjson/blob/master/doc/tape.md. The DOM parser
// chooses its kernel at run time. No exception crosses.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tailship_json;

/// How many readable bytes must stand behind the bytes to parse; what is in them does not matter.
extern const size_t tailship_json_padding;

/// Null only when memory is short.
struct tailship_json *tailship_json_new(void);
void tailship_json_free(struct tailship_json *parser);

/// What the last successful call left; it is gone with the next.
struct tailship_json_tape {
    const uint64_t *words;
    const uint8_t *strings;
};

/// Parses one JSON text, padded. 0, or simdjson's error number.
int32_t tailship_json_parse(
    struct tailship_json *parser, const uint8_t *bytes, size_t count, struct tailship_json_tape *tape);

/// Gives back the memory that a large text needed.
void tailship_json_release(struct tailship_json *parser);

/// simdjson's words for an error number.
const char *tailship_json_error(int32_t error);

/// The kernel in use ("haswell", "westmere", "fallback" …).
const char *tailship_json_kernel(void);

#ifdef __cplusplus
}
#endif
