#pragma once
// Header-only build: no library to link, and the hot loops inline into the caller.
#define XXH_INLINE_ALL
#include <xxhash.h>

/// XXH3 with 64 bits over `length` bytes; a function because Swift cannot see inlined macros.
static inline unsigned long long tailship_xxh3(const void *bytes, unsigned long length) {
    return XXH3_64bits(bytes, length);
}

/// XXH32 with seed 0 over `length` bytes.
static inline unsigned tailship_xxh32(const void *bytes, unsigned long length) {
    return XXH32(bytes, length, 0);
}
