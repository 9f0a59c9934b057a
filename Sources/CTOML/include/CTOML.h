// toml++ behind a C face: one call parses bytes into a flat list of nodes in document order of
// the tree (a table or array before what is inside it). No exception crosses.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum tailship_toml_kind {
    TAILSHIP_TOML_TABLE,
    TAILSHIP_TOML_ARRAY,
    TAILSHIP_TOML_STRING,
    TAILSHIP_TOML_INTEGER,
    TAILSHIP_TOML_FLOAT,
    TAILSHIP_TOML_BOOLEAN,
    TAILSHIP_TOML_TIME,
};

// Lines and columns count from 1; columns count code points. Pointers live as long as the document.
struct tailship_toml_node {
    uint32_t kind;
    uint32_t depth;     // 0 for what stands at the top level
    const char *key;    // null for an element of an array
    size_t key_length;
    uint32_t line;      // of the key, or of the value where there is no key
    uint32_t column;
    const char *text;   // of a string
    size_t text_length;
    int64_t integer;    // of an integer or boolean
    double number;      // of a float
};

struct tailship_toml;

// Null only when memory is short.
struct tailship_toml *tailship_toml_parse(const char *bytes, size_t count);
void tailship_toml_free(struct tailship_toml *document);

// The message of the syntax error with its place, or null when there is none.
const char *tailship_toml_error(const struct tailship_toml *document, uint32_t *line, uint32_t *column);
const struct tailship_toml_node *tailship_toml_nodes(const struct tailship_toml *document, size_t *count);

#ifdef __cplusplus
}
#endif
