#pragma once
#include <zlib.h>

/// Begins a gzip stream; `deflateInit2` is a macro, which Swift cannot call.
static inline int tailship_gzip_begin(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
