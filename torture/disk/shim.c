/*
 * Stands between a daemon and its files (LD_PRELOAD, Linux): counts what it does to the vault's files, makes one of these steps
 * fail or the last one of the process, and writes each into a log from which any moment of a power cut can be made again.
 * disk.ts compiles it, and says what is in the control file and in the log.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum mode { COUNT, FULL, FAIL_ONCE, FAIL_ON, KILL, TEAR };
enum step { CREATE = 1, WRITE, TRUNCATE, SYNC, RENAME, UNLINK };

struct control {
  uint32_t mode;      /* enum mode */
  uint32_t at;        /* the step it begins with, from 1 */
  uint32_t steps;     /* steps so far */
  uint32_t triggered; /* how many steps failed */
};

struct record {
  uint32_t magic, step, path_length, data_length;
  uint64_t offset;
};

#define FILES 4096
static char paths[FILES][64]; /* by descriptor: the file's name in the home; empty where it is none of ours */
static ino_t inodes[FILES];   /* the file it was then: libuv closes by a system call of its own, which nobody sees */
static char home[512];
static size_t home_length;
static struct control *control;
static int log_file = -1;

static int (*real_open)(const char *, int, ...);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_close)(int);

__attribute__((constructor)) static void prepare(void) {
  real_open = dlsym(RTLD_NEXT, "open64");
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_rename = dlsym(RTLD_NEXT, "rename");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_close = dlsym(RTLD_NEXT, "close");
  const char *where = getenv("TORTURE_HOME"), *how = getenv("TORTURE_CONTROL"), *log = getenv("TORTURE_LOG");
  if (where == NULL || how == NULL || strlen(where) >= sizeof home) return;
  strcpy(home, where);
  home_length = strlen(home);
  int file = real_open(how, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped != MAP_FAILED) control = mapped;
  if (log != NULL) log_file = real_open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

/* The name of a file of the vault: the database and what stands beside it, and the memory of manifests. "." is the home itself. */
static const char *ours(const char *path) {
  if (control == NULL || path == NULL || strncmp(path, home, home_length) != 0) return NULL;
  if (path[home_length] == 0) return ".";
  if (path[home_length] != '/') return NULL;
  const char *name = path + home_length + 1;
  if (strlen(name) >= sizeof paths[0] || strstr(name, ".lock") != NULL || strstr(name, "-shm") != NULL) return NULL;
  return strncmp(name, "vault.db", 8) == 0 || strncmp(name, "seen.json", 9) == 0 ? name : NULL;
}

static const char *name_of(int fd) {
  struct stat found;
  if (fd < 0 || fd >= FILES || paths[fd][0] == 0) return NULL;
  return fstat(fd, &found) == 0 && found.st_ino == inodes[fd] ? paths[fd] : NULL;
}

static void note(enum step step, const char *name, uint64_t offset, const void *data, size_t length) {
  if (log_file < 0) return;
  struct record record = {0x544f5254, step, (uint32_t)strlen(name), (uint32_t)length, offset};
  struct iovec parts[3] = {{&record, sizeof record}, {(void *)name, record.path_length}, {(void *)data, length}};
  if (writev(log_file, parts, 3) < 0) abort();
}

/* Counts a step; whether it is to fail, with errno set. `grows`: whether a full disk refuses it. Does not return where the process ends here. */
static int refused(int grows, int fd, const void *data, size_t length, off_t offset) {
  uint32_t now = __atomic_add_fetch(&control->steps, 1, __ATOMIC_SEQ_CST);
  uint32_t mode = __atomic_load_n(&control->mode, __ATOMIC_SEQ_CST);
  if (mode == COUNT || now < control->at) return 0;
  if ((mode == KILL || mode == TEAR) && now == control->at) {
    if (mode == TEAR && data != NULL && length > 1) real_pwrite(fd, data, length / 2, offset);
    __atomic_add_fetch(&control->triggered, 1, __ATOMIC_SEQ_CST);
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }
  int fails = mode == FULL ? grows : mode == FAIL_ONCE ? now == control->at : mode == FAIL_ON;
  if (!fails) return 0;
  __atomic_add_fetch(&control->triggered, 1, __ATOMIC_SEQ_CST);
  errno = mode == FULL ? ENOSPC : EIO;
  return 1;
}

static int opened(int fd, const char *name, int created) {
  if (fd < 0 || fd >= FILES) return fd;
  struct stat found;
  if (fstat(fd, &found) != 0) return fd;
  strcpy(paths[fd], name);
  inodes[fd] = found.st_ino;
  if (created) note(CREATE, name, 0, NULL, 0);
  return fd;
}

int open64(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = (flags & O_CREAT) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  const char *name = ours(path);
  if (name == NULL) {
    int fd = real_open(path, flags, mode);
    if (fd >= 0 && fd < FILES) paths[fd][0] = 0;
    return fd;
  }
  struct stat found;
  int creates = (flags & O_CREAT) && stat(path, &found) != 0;
  if (creates && refused(1, -1, NULL, 0, 0)) return -1;
  int fd = opened(real_open(path, flags, mode), name, creates);
  if (fd >= 0 && (flags & O_TRUNC) && !creates) note(TRUNCATE, name, 0, NULL, 0);
  return fd;
}

int open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = (flags & O_CREAT) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return open64(path, flags, mode);
}

int close(int fd) {
  if (fd >= 0 && fd < FILES) paths[fd][0] = 0;
  return real_close(fd);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) {
  const char *name = name_of(fd);
  if (name == NULL) return real_pwrite(fd, data, length, offset);
  if (refused(1, fd, data, length, offset)) return -1;
  ssize_t written = real_pwrite(fd, data, length, offset);
  if (written > 0) note(WRITE, name, (uint64_t)offset, data, (size_t)written);
  return written;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
  return pwrite64(fd, data, length, offset);
}

ssize_t write(int fd, const void *data, size_t length) {
  const char *name = name_of(fd);
  if (name == NULL) return real_write(fd, data, length);
  off_t offset = lseek(fd, 0, (fcntl(fd, F_GETFL) & O_APPEND) ? SEEK_END : SEEK_CUR);
  if (refused(1, fd, data, length, offset)) return -1;
  ssize_t written = real_write(fd, data, length);
  if (written > 0) note(WRITE, name, (uint64_t)offset, data, (size_t)written);
  return written;
}

int ftruncate64(int fd, off_t length) {
  const char *name = name_of(fd);
  if (name == NULL) return real_ftruncate(fd, length);
  if (refused(0, fd, NULL, 0, 0)) return -1;
  int result = real_ftruncate(fd, length);
  if (result == 0) note(TRUNCATE, name, (uint64_t)length, NULL, 0);
  return result;
}

int ftruncate(int fd, off_t length) {
  return ftruncate64(fd, length);
}

static int synced(int fd, int (*real)(int)) {
  const char *name = name_of(fd);
  if (name == NULL) return real(fd);
  if (refused(0, fd, NULL, 0, 0)) return -1;
  /* The power cut is made from the log: that the disk really writes costs time and shows nothing. */
  note(SYNC, name, 0, NULL, 0);
  return log_file >= 0 ? 0 : real(fd);
}

int fsync(int fd) {
  return synced(fd, real_fsync);
}

int fdatasync(int fd) {
  return synced(fd, real_fdatasync);
}

int rename(const char *from, const char *to) {
  const char *old = ours(from), *new = ours(to);
  if (old == NULL || new == NULL) return real_rename(from, to);
  if (refused(0, -1, NULL, 0, 0)) return -1;
  int result = real_rename(from, to);
  if (result == 0) note(RENAME, old, 0, new, strlen(new));
  return result;
}

int unlink(const char *path) {
  const char *name = ours(path);
  if (name == NULL) return real_unlink(path);
  if (refused(0, -1, NULL, 0, 0)) return -1;
  int result = real_unlink(path);
  if (result == 0) note(UNLINK, name, 0, NULL, 0);
  return result;
}
