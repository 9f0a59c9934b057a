#include "CJSON.h"

#include <new>
#include <simdjson.h>
#include <string>

using simdjson::dom::parser;

struct tailship_json {
    parser dom;
};

extern "C" {

const size_t tailship_json_padding = simdjson::SIMDJSON_PADDING;

tailship_json *tailship_json_new(void) { return new (std::nothrow) tailship_json; }

void tailship_json_free(tailship_json *parser) { delete parser; }

int32_t tailship_json_parse(
    tailship_json *self, const uint8_t *bytes, size_t count, tailship_json_tape *tape) {
    auto result = self->dom.parse(bytes, count, false);
    if (result.error()) return static_cast<int32_t>(result.error());
    tape->words = self->dom.doc.tape.get();
    tape->strings = self->dom.doc.string_buf.get();
    return 0;
}

void tailship_json_release(tailship_json *self) { self->dom = parser(); }

const char *tailship_json_error(int32_t error) {
    return simdjson::error_message(static_cast<simdjson::error_code>(error));
}

const char *tailship_json_kernel(void) {
    static const std::string name = simdjson::get_active_implementation()->name();
    return name.c_str();
}
}
