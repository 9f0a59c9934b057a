#pragma once
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>

/// What a server is started with.
struct tailship_http_options {
    /// A socket that listens; the server does not close it.
    int socket;
    unsigned int connections;
    unsigned int timeout_seconds;
    size_t connection_memory;
    /// PEM; NULL for plain HTTP.
    const char *certificate;
    const char *key;
    void *context;
    MHD_AccessHandlerCallback handle;
    MHD_RequestCompletedCallback completed;
    void *(*begin)(void *context, const char *uri, struct MHD_Connection *connection);
};

/// Starts a server on a thread of its own; `MHD_start_daemon` is variadic, which Swift cannot call.
static inline struct MHD_Daemon *tailship_http_start(struct tailship_http_options options) {
    struct MHD_OptionItem security[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)options.certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)options.key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
    if (options.certificate) flags |= MHD_USE_TLS;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, options.handle, options.context,
        MHD_OPTION_LISTEN_SOCKET, options.socket,
        MHD_OPTION_CONNECTION_LIMIT, options.connections,
        MHD_OPTION_CONNECTION_TIMEOUT, options.timeout_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options.connection_memory,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_URI_LOG_CALLBACK, options.begin, options.context,
        MHD_OPTION_NOTIFY_COMPLETED, options.completed, options.context,
        MHD_OPTION_ARRAY, options.certificate ? security : none,
        MHD_OPTION_END);
}

/// Writes the client's address as text; the length is 0 when it is not known.
static inline void tailship_http_client(struct MHD_Connection *connection, char *text, size_t size) {
    text[0] = 0;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!info || !info->client_addr) return;
    socklen_t length = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                                : sizeof(struct sockaddr_in);
    if (getnameinfo(info->client_addr, length, text, size, NULL, 0, NI_NUMERICHOST) != 0) text[0] = 0;
}
