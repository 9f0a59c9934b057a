#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_HEADER_ONLY 1
// Settings nest two tables and an array deep; the parser recurses once for each level.
#define TOML_MAX_NESTED_VALUES 16
#include <toml++/toml.h>

#include <string>
#include <vector>

#include "CTOML.h"

struct tailship_toml {
    toml::table root;
    std::vector<tailship_toml_node> nodes;
    std::string error;
    toml::source_position error_position{};
};

namespace {

using Nodes = std::vector<tailship_toml_node>;

void append(Nodes &nodes, const toml::node &value, const toml::key *key, uint32_t depth) {
    tailship_toml_node node{};
    node.depth = depth;
    auto position = key ? key->source().begin : value.source().begin;
    node.line = position.line;
    node.column = position.column;
    if (key) {
        node.key = key->data();
        node.key_length = key->length();
    }
    if (auto text = value.as_string()) {
        node.kind = TAILSHIP_TOML_STRING;
        node.text = text->get().data();
        node.text_length = text->get().size();
    } else if (auto integer = value.as_integer()) {
        node.kind = TAILSHIP_TOML_INTEGER;
        node.integer = integer->get();
    } else if (auto number = value.as_floating_point()) {
        node.kind = TAILSHIP_TOML_FLOAT;
        node.number = number->get();
    } else if (auto boolean = value.as_boolean()) {
        node.kind = TAILSHIP_TOML_BOOLEAN;
        node.integer = boolean->get();
    } else if (value.is_table()) {
        node.kind = TAILSHIP_TOML_TABLE;
    } else if (value.is_array()) {
        node.kind = TAILSHIP_TOML_ARRAY;
    } else {
        node.kind = TAILSHIP_TOML_TIME;
    }
    nodes.push_back(node);
    if (auto table = value.as_table())
        for (auto &&[name, child] : *table) append(nodes, child, &name, depth + 1);
    if (auto array = value.as_array())
        for (auto &&child : *array) append(nodes, child, nullptr, depth + 1);
}

}  // namespace

extern "C" tailship_toml *tailship_toml_parse(const char *bytes, size_t count) {
    tailship_toml *document = nullptr;
    try {
        document = new tailship_toml;
        auto result = toml::parse(std::string_view(bytes, count));
        if (!result) {
            document->error = std::string(result.error().description());
            document->error_position = result.error().source().begin;
            return document;
        }
        document->root = std::move(result).table();
        for (auto &&[name, child] : document->root) append(document->nodes, child, &name, 0);
        return document;
    } catch (...) {
        // Only memory can be short here.
        delete document;
        return nullptr;
    }
}

extern "C" void tailship_toml_free(tailship_toml *document) { delete document; }

extern "C" const char *tailship_toml_error(
    const tailship_toml *document, uint32_t *line, uint32_t *column) {
    if (document->error.empty()) return nullptr;
    *line = document->error_position.line;
    *column = document->error_position.column;
    return document->error.c_str();
}

extern "C" const tailship_toml_node *tailship_toml_nodes(
    const tailship_toml *document, size_t *count) {
    *count = document->nodes.size();
    return document->nodes.data();
}
