#pragma once
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// libmongoc and libbson are opened when a consumer needs them, so that the receiver runs where they are not installed.
// The functions are those of libmongoc 1.x (mongoc.h, bson.h), whose interface has been the same since 1.9.

typedef struct tailship_mongo_client tailship_mongo_client;
typedef struct tailship_mongo_collection tailship_mongo_collection;
typedef struct tailship_mongo_bulk tailship_mongo_bulk;

typedef struct tailship_bson tailship_bson;

/// `bson_error_t` (bson-types.h).
typedef struct {
    uint32_t domain;
    uint32_t code;
    char message[504];
} tailship_bson_error;

typedef struct {
    void (*init)(void);
    tailship_mongo_client *(*client)(const char *);
    void (*client_destroy)(tailship_mongo_client *);
    bool (*set_error_api)(tailship_mongo_client *, int32_t);
    bool (*command)(tailship_mongo_client *, const char *, const tailship_bson *, const void *,
                    tailship_bson *, tailship_bson_error *);
    tailship_mongo_collection *(*collection)(tailship_mongo_client *, const char *, const char *);
    void (*collection_destroy)(tailship_mongo_collection *);
    tailship_mongo_bulk *(*bulk)(tailship_mongo_collection *, const tailship_bson *);
    bool (*bulk_replace)(tailship_mongo_bulk *, const tailship_bson *, const tailship_bson *,
                         const tailship_bson *, tailship_bson_error *);
    bool (*bulk_remove)(tailship_mongo_bulk *, const tailship_bson *, const tailship_bson *,
                        tailship_bson_error *);
    uint32_t (*bulk_execute)(tailship_mongo_bulk *, tailship_bson *, tailship_bson_error *);
    void (*bulk_destroy)(tailship_mongo_bulk *);
    tailship_bson *(*bson_from_data)(const uint8_t *, size_t);
    const uint8_t *(*bson_data)(const tailship_bson *);
    void (*bson_destroy)(tailship_bson *);
} tailship_mongo;

/// Opens the libraries and finds their functions; 0 when something is not there.
static inline int tailship_mongo_load(tailship_mongo *table) {
    void *bson = dlopen("libbson-1.0.so.0", RTLD_NOW | RTLD_LOCAL);
    void *mongoc = dlopen("libmongoc-1.0.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!bson || !mongoc) return 0;
    static const char *const names[] = {
        "mongoc_init", "mongoc_client_new", "mongoc_client_destroy", "mongoc_client_set_error_api",
        "mongoc_client_command_simple", "mongoc_client_get_collection", "mongoc_collection_destroy",
        "mongoc_collection_create_bulk_operation_with_opts",
        "mongoc_bulk_operation_replace_one_with_opts",
        "mongoc_bulk_operation_remove_one_with_opts", "mongoc_bulk_operation_execute",
        "mongoc_bulk_operation_destroy", "bson_new_from_data", "bson_get_data", "bson_destroy",
    };
    void *functions[sizeof names / sizeof *names];
    _Static_assert(sizeof functions == sizeof *table, "one name for each function");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        void *library = strncmp(names[i], "bson_", 5) ? mongoc : bson;
        if (!(functions[i] = dlsym(library, names[i]))) return 0;
    }
    memcpy(table, functions, sizeof *table);
    table->init();
    return 1;
}

// `bson_t` on the stack is 128 bytes, aligned to them (bson-types.h), which Swift cannot declare. Its length stands at 4.

/// Runs a command; what it answers beyond success is passed over.
static inline bool tailship_mongo_run(const tailship_mongo *table, tailship_mongo_client *client,
                                      const char *database, const tailship_bson *command,
                                      tailship_bson_error *error) {
    _Alignas(128) uint8_t storage[128];
    tailship_bson *reply = (tailship_bson *)storage;
    bool done = table->command(client, database, command, NULL, reply, error);
    table->bson_destroy(reply);
    return done;
}

/// Executes a bulk operation; `answer` is a copy of the reply, for `free`, or NULL.
static inline uint32_t tailship_mongo_execute(const tailship_mongo *table, tailship_mongo_bulk *bulk,
                                              uint8_t **answer, uint32_t *length,
                                              tailship_bson_error *error) {
    _Alignas(128) uint8_t storage[128];
    tailship_bson *reply = (tailship_bson *)storage;
    uint32_t server = table->bulk_execute(bulk, reply, error);
    memcpy(length, storage + 4, sizeof *length);
    *answer = malloc(*length);
    if (*answer) memcpy(*answer, table->bson_data(reply), *length);
    table->bson_destroy(reply);
    return server;
}

/// The words of an error.
static inline const char *tailship_bson_words(const tailship_bson_error *error) { return error->message; }
