#pragma once
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// MARK: The channel: what a session reads from and writes to instead of a socket

/// Input is the caller's memory and never copied here; output grows as needed and is freed when drained.
typedef struct {
    const unsigned char *input;
    size_t input_count;
    unsigned char *output;
    size_t output_start;
    size_t output_end;
    size_t output_capacity;
} tailship_channel;

/// Makes room for `count` more bytes of output; 0 when there is no memory.
static inline int tailship_channel_reserve(tailship_channel *channel, size_t count) {
    size_t needed = channel->output_end + count;
    if (needed <= channel->output_capacity) return 1;
    size_t capacity = channel->output_capacity * 2;
    if (capacity < needed) capacity = needed;
    unsigned char *output = (unsigned char *)realloc(channel->output, capacity);
    if (!output) return 0;
    channel->output = output;
    channel->output_capacity = capacity;
    return 1;
}

static inline void tailship_channel_consume(tailship_channel *channel, size_t count) {
    channel->output_start += count;
    if (channel->output_start < channel->output_end) return;
    free(channel->output);
    channel->output = NULL;
    channel->output_start = channel->output_end = channel->output_capacity = 0;
}

static inline int tailship_channel_read(BIO *bio, char *bytes, int count) {
    tailship_channel *channel = (tailship_channel *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (count <= 0) return 0;
    if (channel->input_count == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t length = (size_t)count < channel->input_count ? (size_t)count : channel->input_count;
    memcpy(bytes, channel->input, length);
    channel->input += length;
    channel->input_count -= length;
    return (int)length;
}

static inline int tailship_channel_write(BIO *bio, const char *bytes, int count) {
    tailship_channel *channel = (tailship_channel *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (count <= 0) return 0;
    if (!tailship_channel_reserve(channel, (size_t)count)) return -1;
    memcpy(channel->output + channel->output_end, bytes, (size_t)count);
    channel->output_end += (size_t)count;
    return count;
}

static inline long tailship_channel_ctrl(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

/// The BIO's kind, made once a process.
static inline BIO_METHOD *tailship_channel_method(void) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "channel");
    if (!method) return NULL;
    BIO_meth_set_read(method, tailship_channel_read);
    BIO_meth_set_write(method, tailship_channel_write);
    BIO_meth_set_ctrl(method, tailship_channel_ctrl);
    return method;
}

/// Lets `ssl` read from and write to `channel`, which outlives it; 0 when there is no memory.
static inline int tailship_channel_attach(SSL *ssl, tailship_channel *channel,
                                          const BIO_METHOD *method) {
    BIO *bio = BIO_new(method);
    if (!bio) return 0;
    BIO_set_data(bio, channel);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    return 1;
}

// MARK: Macros as functions

static inline int tailship_context_configure(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_cert_list(context, 32 * 1024);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) &&
           SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) &&
           SSL_CTX_set1_groups_list(context, "X25519:P-256");
}

static inline int tailship_context_add_chain(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

static inline int tailship_ssl_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

static inline int tailship_library(unsigned long code) { return ERR_GET_LIB(code); }
static inline int tailship_reason(unsigned long code) { return ERR_GET_REASON(code); }

static inline EVP_PKEY *tailship_generate_p256(void) { return EVP_EC_gen("P-256"); }

static inline void tailship_free(void *memory) { OPENSSL_free(memory); }

static inline long tailship_memory(BIO *bio, const unsigned char **bytes) {
    return BIO_get_mem_data(bio, (char **)bytes);
}

// MARK: Certificates

/// Seconds since 1970; times of any form.
static inline long long tailship_seconds(const ASN1_TIME *time) {
    struct tm parts;
    return ASN1_TIME_to_tm(time, &parts) ? (long long)timegm(&parts) : 0;
}

/// Writes a name as RFC 2253 does, but UTF-8 as it is.
static inline int tailship_print_name(BIO *bio, const X509_NAME *name) {
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}

/// Verifies with the certificate of the sent chain that has this SHA-256 fingerprint as the only trusted one;
/// -1 when there is none.
static inline int tailship_pin(X509_STORE_CTX *store, const unsigned char *digest) {
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(store);
    X509 *leaf = X509_STORE_CTX_get0_cert(store);
    int count = chain ? sk_X509_num(chain) : 0;
    for (int index = -1; index < count; index++) {
        X509 *certificate = index < 0 ? leaf : sk_X509_value(chain, index);
        unsigned char found[EVP_MAX_MD_SIZE];
        unsigned int length = 0;
        if (!certificate || !X509_digest(certificate, EVP_sha256(), found, &length)) continue;
        if (length != 32 || CRYPTO_memcmp(found, digest, 32) != 0) continue;
        STACK_OF(X509) *pinned = sk_X509_new_null();
        if (!pinned || !sk_X509_push(pinned, certificate)) {
            sk_X509_free(pinned);
            return 0;
        }
        X509_STORE_CTX_set0_trusted_stack(store, pinned);
        int verified = X509_verify_cert(store);
        sk_X509_free(pinned);
        return verified;
    }
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_UNTRUSTED);
    return -1;
}

/// Adds the extension that `value` spells (x509v3_config(5)); never with text from outside.
static inline int tailship_add_extension(X509 *certificate, X509 *issuer, int nid,
                                         const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    int added = extension && X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return added;
}

/// Adds a name of kind GEN_DNS, GEN_URI (`text`) or GEN_IPADD (an address as text).
static inline int tailship_add_name(GENERAL_NAMES *names, int kind, const char *text) {
    ASN1_STRING *value = kind == GEN_IPADD ? a2i_IPADDRESS(text) : ASN1_IA5STRING_new();
    GENERAL_NAME *name = GENERAL_NAME_new();
    int usable = value && name;
    if (usable && kind != GEN_IPADD) usable = ASN1_STRING_set(value, text, -1);
    if (usable) {
        GENERAL_NAME_set0_value(name, kind, value);
        value = NULL;
        usable = sk_GENERAL_NAME_push(names, name) > 0;
        if (usable) name = NULL;
    }
    ASN1_STRING_free(value);
    GENERAL_NAME_free(name);
    return usable;
}

static inline int tailship_add_names(X509 *certificate, GENERAL_NAMES *names) {
    return X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT);
}

/// Copies what follows `prefix` in the one URI of the subject's names that begins with it and has
/// `count` bytes more; 0 when there is none, or more than one.
static inline int tailship_uri_suffix(X509 *certificate, const char *prefix, char *suffix,
                                      size_t count) {
    GENERAL_NAMES *names =
        (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int found = 0;
    for (int index = 0; index < sk_GENERAL_NAME_num(names); index++) {
        GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
        if (name->type != GEN_URI) continue;
        const unsigned char *bytes = ASN1_STRING_get0_data(name->d.uniformResourceIdentifier);
        size_t length = (size_t)ASN1_STRING_length(name->d.uniformResourceIdentifier);
        size_t start = strlen(prefix);
        if (length != start + count || memcmp(bytes, prefix, start) != 0) continue;
        memcpy(suffix, bytes + start, count);
        found++;
    }
    GENERAL_NAMES_free(names);
    return found == 1;
}
