// The floor: the least work that ships files durably, to see how far a shipper is from it.
//
//   floor LIST DESTINATION CERTIFICATES [CPU]
//
// Two processes over TLS 1.3 on 127.0.0.1, both authenticated. The sender reads the files named in LIST
// (one path a line) in blocks of 1 MiB, compresses each with LZ4 and sends it. The receiver decompresses,
// writes DESTINATION/<number of the file> and calls fdatasync once a file; when all files are synced it
// answers once. The time counts from before the connection until that answer. With CPU, both are pinned
// to that one core. No framing beyond a header, no offsets, no resume, no checksums of its own, no
// journal: a shipper cannot be expected to reach it. Prints one line of JSON.
//
// A block: file (u32), size (u32), compressed size (u32), native byte order. File END ends the stream;
// the answer is the number of files (u32).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <lz4.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 1 << 20, LIMIT_SECONDS = 600 };
static const uint32_t END = UINT32_MAX;
typedef struct { uint32_t file, size, compressed; } Header;
typedef struct { uint64_t files, bytes, sent; } Totals;

static void fail(const char *what) {
  fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
  ERR_print_errors_fp(stderr);
  exit(1);
}
static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
static void *allocate(size_t size) {
  void *memory = malloc(size);
  if (!memory) fail("memory");
  return memory;
}
static void pin(const char *cpu) {
  if (!cpu) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET((size_t)atoi(cpu), &set);
  if (sched_setaffinity(0, sizeof set, &set)) fail("sched_setaffinity");
}

// MARK: TLS

static SSL_CTX *context(const char *certificates, const char *name, const SSL_METHOD *method) {
  char authority[4096], certificate[4096], key[4096];
  snprintf(authority, sizeof authority, "%s/authority.crt", certificates);
  snprintf(certificate, sizeof certificate, "%s/%s.crt", certificates, name);
  snprintf(key, sizeof key, "%s/%s.key", certificates, name);
  SSL_CTX *c = SSL_CTX_new(method);
  if (!c || !SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION) ||
      !SSL_CTX_set_ciphersuites(c, "TLS_AES_256_GCM_SHA384") || !SSL_CTX_load_verify_locations(c, authority, NULL) ||
      SSL_CTX_use_certificate_file(c, certificate, SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1) fail(certificates);
  SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
  SSL_CTX_set_read_ahead(c, 1);
  return c;
}
static SSL *session(SSL_CTX *c, int connection) {
  int on = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  SSL *s = SSL_new(c);
  if (!s || !SSL_set_fd(s, connection)) fail("SSL_new");
  return s;
}
static void send_all(SSL *s, const void *bytes, size_t size) {
  size_t sent;
  for (const char *at = bytes; size; at += sent, size -= sent)
    if (!SSL_write_ex(s, at, size, &sent)) fail("SSL_write");
}
static void receive_all(SSL *s, void *bytes, size_t size) {
  size_t got;
  for (char *at = bytes; size; at += got, size -= got)
    if (!SSL_read_ex(s, at, size, &got)) fail("SSL_read");
}

// MARK: the two sides

static void finish(int file) {
  if (file >= 0 && (fdatasync(file) || close(file))) fail("fdatasync");
}
static int create(const char *destination, uint32_t number) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%u", destination, number);
  int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
  if (file < 0) fail(path);
  return file;
}
static void write_all(int file, const char *bytes, size_t size) {
  while (size) {
    ssize_t wrote = write(file, bytes, size);
    if (wrote < 0) fail("write");
    bytes += wrote;
    size -= (size_t)wrote;
  }
}
static void receive(SSL *s, const char *destination) {
  int bound = LZ4_compressBound(BLOCK), file = -1;
  char *compressed = allocate((size_t)bound), *block = allocate(BLOCK);
  uint32_t current = END, files = 0;
  for (Header h;;) {
    receive_all(s, &h, sizeof h);
    if (h.file != current) {
      finish(file);
      if (h.file == END) break;
      file = create(destination, current = h.file);
      files++;
    }
    if (h.compressed > (uint32_t)bound) fail("block too long");
    receive_all(s, compressed, h.compressed);
    if (LZ4_decompress_safe(compressed, block, (int)h.compressed, BLOCK) != (int)h.size) fail("LZ4");
    write_all(file, block, h.size);
  }
  send_all(s, &files, sizeof files);
}
static void send_file(SSL *s, const char *path, uint32_t number, char *block, char *frame, Totals *totals) {
  int file = open(path, O_RDONLY | O_CLOEXEC), bound = LZ4_compressBound(BLOCK);
  if (file < 0) fail(path);
  ssize_t got;
  while ((got = read(file, block, BLOCK)) > 0) {
    int compressed = LZ4_compress_default(block, frame + sizeof(Header), (int)got, bound);
    Header h = {number, (uint32_t)got, (uint32_t)compressed};
    memcpy(frame, &h, sizeof h);
    send_all(s, frame, sizeof h + (size_t)compressed);
    totals->bytes += (uint64_t)got;
    totals->sent += sizeof h + (uint64_t)compressed;
  }
  if (got < 0) fail(path);
  close(file);
  totals->files++;
}
static Totals send_list(SSL *s, const char *list) {
  FILE *paths = fopen(list, "r");
  if (!paths) fail(list);
  char *block = allocate(BLOCK), *frame = allocate(sizeof(Header) + (size_t)LZ4_compressBound(BLOCK)), path[4096];
  Totals totals = {0};
  while (fgets(path, sizeof path, paths)) {
    path[strcspn(path, "\n")] = 0;
    send_file(s, path, (uint32_t)totals.files, block, frame, &totals);
  }
  Header end = {END, 0, 0};
  send_all(s, &end, sizeof end);
  uint32_t synced;
  receive_all(s, &synced, sizeof synced);
  if (synced != totals.files) fail("the receiver synced another number of files");
  return totals;
}

// MARK: processes

static int listener(struct sockaddr_in *address) {
  socklen_t size = sizeof *address;
  int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (s < 0 || bind(s, (struct sockaddr *)address, size) || listen(s, 1) ||
      getsockname(s, (struct sockaddr *)address, &size)) fail("listen");
  return s;
}
static void receiver(int listening, const char *destination, const char *certificates) {
  alarm(LIMIT_SECONDS);
  int connection = accept(listening, NULL, NULL);
  SSL *s = session(context(certificates, "server", TLS_server_method()), connection);
  if (SSL_accept(s) != 1) fail("SSL_accept");
  receive(s, destination);
  exit(0);
}
static double cpu(const struct rusage *u) {
  return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) + (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) * 1e-6;
}
// The peak of this program alone: ru_maxrss would count what the process was before exec.
static long peak_kib(void) {
  char row[256];
  long kib = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(row, sizeof row, status))
    if (sscanf(row, "VmHWM: %ld", &kib) == 1) break;
  return kib;
}
int main(int count, char **arguments) {
  if (count < 4 || count > 5) return fputs("usage: floor LIST DESTINATION CERTIFICATES [CPU]\n", stderr), 2;
  alarm(LIMIT_SECONDS);
  pin(arguments[4]);
  struct sockaddr_in address;
  int listening = listener(&address);
  double start = seconds();
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) receiver(listening, arguments[2], arguments[3]);
  close(listening);
  int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(connection, (struct sockaddr *)&address, sizeof address)) fail("connect");
  SSL *s = session(context(arguments[3], "client", TLS_client_method()), connection);
  if (SSL_connect(s) != 1) fail("SSL_connect");
  Totals totals = send_list(s, arguments[1]);
  double elapsed = seconds() - start;
  int status;
  struct rusage sender, receiving;
  getrusage(RUSAGE_SELF, &sender);
  if (wait4(child, &status, 0, &receiving) != child || status) fail("the receiver failed");
  printf("{\"seconds\":%.4f,\"files\":%llu,\"bytes\":%llu,\"wire_bytes\":%llu,\"sender_cpu_s\":%.2f,"
         "\"receiver_cpu_s\":%.2f,\"sender_peak_kib\":%ld,\"receiver_peak_kib\":%ld}\n",
      elapsed, (unsigned long long)totals.files, (unsigned long long)totals.bytes, (unsigned long long)totals.sent,
      cpu(&sender), cpu(&receiving), peak_kib(), receiving.ru_maxrss);
  return 0;
}
