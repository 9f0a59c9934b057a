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

/// A running XXH3 with 128 bits and seed 0; null without memory. Opaque, because Swift cannot keep its alignment.
static inline void *tailship_xxh3_128_create(void) {
    XXH3_state_t *state = XXH3_createState();
    if (state) XXH3_128bits_reset(state);
    return state;
}

static inline void tailship_xxh3_128_free(void *state) { XXH3_freeState((XXH3_state_t *)state); }

static inline void tailship_xxh3_128_reset(void *state) { XXH3_128bits_reset((XXH3_state_t *)state); }

static inline void tailship_xxh3_128_update(void *state, const void *bytes, unsigned long length) {
    XXH3_128bits_update((XXH3_state_t *)state, bytes, length);
}

/// The checksum of what came so far, in its canonical order: the most significant byte first. More may come.
static inline void tailship_xxh3_128_value(const void *state, unsigned char bytes[16]) {
    XXH128_canonicalFromHash((XXH128_canonical_t *)bytes, XXH3_128bits_digest((const XXH3_state_t *)state));
}
