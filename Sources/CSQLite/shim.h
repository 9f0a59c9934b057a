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

/// Phrases of a search that `weigh` knows the frequency of, at most.
enum { tailship_weigh_phrases = 16 };

/// `weigh(index, n1, n2, …)`: what FTS5's own `bm25` gives, which counts the rows of each phrase in every statement;
/// here they are told, in the order of the expression. Where their number is not that of the phrases all weigh the same.
static inline void tailship_weigh(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *context,
                                  int count, sqlite3_value **values) {
    double *known = (double *)api->xGetAuxdata(fts, 0);
    int phrases = api->xPhraseCount(fts), instances = 0, words = 0, code = SQLITE_OK;
    if (phrases > tailship_weigh_phrases) phrases = tailship_weigh_phrases;
    if (!known) {
        sqlite3_int64 rows = 0, all = 0;
        known = (double *)sqlite3_malloc(sizeof(double) * (1 + tailship_weigh_phrases));
        if (!known) return sqlite3_result_error_nomem(context);
        code = api->xRowCount(fts, &rows);
        if (code == SQLITE_OK) code = api->xColumnTotalSize(fts, -1, &all);
        known[0] = rows > 0 ? (double)all / (double)rows : 1;
        for (int i = 0; i < phrases; i++) {
            double hits = count == api->xPhraseCount(fts) ? sqlite3_value_double(values[i]) : 1;
            double share = ((double)rows - hits + 0.5) / (hits + 0.5);
            double weight = __builtin_log(share);
            known[1 + i] = weight > 0 ? weight : 1e-6;
        }
        if (code != SQLITE_OK) sqlite3_free(known);
        // It frees what it cannot keep.
        if (code == SQLITE_OK) code = api->xSetAuxdata(fts, known, sqlite3_free);
        if (code != SQLITE_OK) return sqlite3_result_error_code(context, code);
    }
    double often[tailship_weigh_phrases] = {0}, score = 0;
    code = api->xInstCount(fts, &instances);
    if (code == SQLITE_OK) code = api->xColumnSize(fts, -1, &words);
    for (int i = 0; code == SQLITE_OK && i < instances; i++) {
        int phrase, column, offset;
        code = api->xInst(fts, i, &phrase, &column, &offset);
        if (code == SQLITE_OK && phrase < phrases) often[phrase] += 1;
    }
    if (code != SQLITE_OK) return sqlite3_result_error_code(context, code);
    const double k1 = 1.2, b = 0.75;
    for (int i = 0; i < phrases; i++)
        score += known[1 + i] * (often[i] * (k1 + 1)) / (often[i] + k1 * (1 - b + b * words / known[0]));
    sqlite3_result_double(context, -score);
}

/// Lets a connection's searches call `weigh`.
static inline int tailship_define_weigh(sqlite3 *database) {
    fts5_api *api = 0;
    sqlite3_stmt *statement = 0;
    int code = sqlite3_prepare_v2(database, "SELECT fts5(?1)", -1, &statement, 0);
    if (code != SQLITE_OK) return code;
    sqlite3_bind_pointer(statement, 1, (void *)&api, "fts5_api_ptr", 0);
    sqlite3_step(statement);
    code = sqlite3_finalize(statement);
    if (code != SQLITE_OK || !api) return code != SQLITE_OK ? code : SQLITE_ERROR;
    return api->xCreateFunction(api, "weigh", 0, tailship_weigh, 0);
}
