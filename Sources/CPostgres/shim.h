#pragma once
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

// libpq is opened when a consumer needs it, so that the receiver runs where it is not installed. The functions and
// numbers are those of libpq-fe.h (PostgreSQL 15; the interface has been the same since 9.2).

typedef struct tailship_pq_connection tailship_pq_connection;
typedef struct tailship_pq_result tailship_pq_result;

typedef struct {
    tailship_pq_connection *(*connect)(const char *const *, const char *const *, int);
    int (*status)(const tailship_pq_connection *);
    char *(*error_message)(const tailship_pq_connection *);
    void (*finish)(tailship_pq_connection *);
    tailship_pq_result *(*exec)(tailship_pq_connection *, const char *);
    int (*put_copy_data)(tailship_pq_connection *, const char *, int);
    int (*put_copy_end)(tailship_pq_connection *, const char *);
    tailship_pq_result *(*get_result)(tailship_pq_connection *);
    int (*result_status)(const tailship_pq_result *);
    char *(*result_error_message)(const tailship_pq_result *);
    char *(*result_error_field)(const tailship_pq_result *, int);
    int (*fields)(const tailship_pq_result *);
    int (*tuples)(const tailship_pq_result *);
    char *(*value)(const tailship_pq_result *, int, int);
    int (*is_null)(const tailship_pq_result *, int, int);
    void (*clear)(tailship_pq_result *);
} tailship_pq;

enum {
    TAILSHIP_PQ_CONNECTION_OK = 0,
    TAILSHIP_PQ_EMPTY_QUERY = 0,
    TAILSHIP_PQ_COMMAND_OK = 1,
    TAILSHIP_PQ_TUPLES_OK = 2,
    TAILSHIP_PQ_COPY_IN = 4,
    TAILSHIP_PQ_FIELD_SQLSTATE = 'C',
};

/// Opens the library and finds its functions; 0 when one of both is not there.
static inline int tailship_pq_load(tailship_pq *table) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!library) return 0;
    static const char *const names[] = {
        "PQconnectdbParams", "PQstatus", "PQerrorMessage", "PQfinish", "PQexec", "PQputCopyData",
        "PQputCopyEnd", "PQgetResult", "PQresultStatus", "PQresultErrorMessage",
        "PQresultErrorField", "PQnfields", "PQntuples", "PQgetvalue", "PQgetisnull", "PQclear",
    };
    void *functions[sizeof names / sizeof *names];
    _Static_assert(sizeof functions == sizeof *table, "one name for each function");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!(functions[i] = dlsym(library, names[i]))) return 0;
    memcpy(table, functions, sizeof *table);
    return 1;
}
