#pragma once
#include <sqlite3.h>
#include <string.h>

/// Binds a copy of `length` bytes of UTF-8; an empty text is not NULL.
static inline int tailship_bind_text(sqlite3_stmt *statement, int index, const void *bytes,
                                     sqlite3_uint64 length) {
    return sqlite3_bind_text64(statement, index, length ? (const char *)bytes : "", length,
                               SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Binds a copy of `length` bytes; an empty blob is not NULL.
static inline int tailship_bind_blob(sqlite3_stmt *statement, int index, const void *bytes,
                                     sqlite3_uint64 length) {
    return sqlite3_bind_blob64(statement, index, length ? bytes : "", length, SQLITE_TRANSIENT);
}

/// Binds `length` bytes of UTF-8 where they are, which stay there until the parameter is bound anew or cleared.
static inline int tailship_bind_placed_text(sqlite3_stmt *statement, int index, const void *bytes,
                                            sqlite3_uint64 length) {
    return sqlite3_bind_text64(statement, index, length ? (const char *)bytes : "", length,
                               SQLITE_STATIC, SQLITE_UTF8);
}

/// The same for a blob.
static inline int tailship_bind_placed_blob(sqlite3_stmt *statement, int index, const void *bytes,
                                            sqlite3_uint64 length) {
    return sqlite3_bind_blob64(statement, index, length ? bytes : "", length, SQLITE_STATIC);
}

/// Makes a copy of `length` bytes of UTF-8 the result of a function; an empty text is not NULL.
static inline void tailship_result_text(sqlite3_context *context, const void *bytes,
                                        sqlite3_uint64 length) {
    sqlite3_result_text64(context, length ? (const char *)bytes : "", length, SQLITE_TRANSIENT,
                          SQLITE_UTF8);
}

/// Makes `length` bytes of UTF-8 that are always there the result of a function.
static inline void tailship_result_placed_text(sqlite3_context *context, const void *bytes,
                                               sqlite3_uint64 length) {
    sqlite3_result_text64(context, (const char *)bytes, length, SQLITE_STATIC, SQLITE_UTF8);
}

/// Whether two texts of the same length are the same.
static inline int tailship_same_bytes(const void *a, const void *b, sqlite3_uint64 length) {
    return length == 0 || memcmp(a, b, length) == 0;
}

/// Switches the library's own count of allocated bytes off, which takes a lock at each; before any connection.
static inline int tailship_disable_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// Sets how many small allocations of `size` bytes a connection keeps at hand.
static inline int tailship_set_lookaside(sqlite3 *database, int size, int count) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_LOOKASIDE, (void *)0, size, count);
}
