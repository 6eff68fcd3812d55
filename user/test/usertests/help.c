/* Files and memory as the tests need them. */
#include "test.h"

#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "stat.h"
#include "lib/limits.h"
#include "x86/mmu.h"

char buffer[PIECE];
uintptr_t heap_base;

/* Byte i of a pattern: no page and no block of it looks like its neighbour. */
static char
pattern(size_t i, unsigned seed)
{
    return (char)(i + (i >> 8) * 31 + seed * 101 + 1);
}

void
fill(char *bytes, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = pattern(i, seed);
}

bool
filled(const char *bytes, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != pattern(i, seed))
            return false;
    return true;
}

uintptr_t
memory_end(void)
{
    return (uintptr_t)sbrk(0);
}

uintptr_t
guard_page(void)
{
    return heap_base - (USER_STACK_PAGES + 1) * PGSIZE;
}

int
must_open(const char *path, int flags)
{
    remark("open %s", path);
    int fd = open(path, flags);
    CHECK(fd >= 0);
    remark("%s", "");
    return fd;
}

void
make_file(const char *path, const char *text)
{
    int fd = must_open(path, O_CREATE | O_WRONLY);
    EXPECT(write(fd, text, strlen(text)), strlen(text));
    EXPECT(close(fd), 0);
}

bool
exists(const char *path)
{
    int fd = open(path, O_RDONLY);
    if (fd < 0)
        return false;
    close(fd);
    return true;
}

static struct stat
stat_of(const char *path)
{
    struct stat st;
    int fd = must_open(path, O_RDONLY);
    EXPECT(fstat(fd, &st), 0);
    EXPECT(close(fd), 0);
    return st;
}

long
size_of(const char *path)
{
    return stat_of(path).size;
}

long
inode_of(const char *path)
{
    return stat_of(path).ino;
}

/* ---- Every call that takes a path ---- */

static const char *const no_arguments[] = {"x", NULL};

static int
call_open(const char *path)
{
    return open(path, O_RDONLY);
}

static int
call_create(const char *path)
{
    return open(path, O_CREATE | O_RDWR);
}

static int
call_exec(const char *path)
{
    return exec(path, (char *const *)no_arguments);
}

static int
call_mknod(const char *path)
{
    return mknod(path, 1, 1);
}

static int
call_link_from(const char *path)
{
    return link(path, "refused.new");
}

static int
call_link_to(const char *path)
{
    return link("refused.old", path);
}

static int
call_rename_from(const char *path)
{
    return rename(path, "refused.new");
}

static int
call_rename_to(const char *path)
{
    return rename("refused.old", path);
}

static const struct {
    const char *name;
    int (*call)(const char *path);
} path_calls[] = {
    {"open", call_open},
    {"open with O_CREATE", call_create},
    {"exec", call_exec},
    {"chdir", chdir},
    {"mkdir", mkdir},
    {"mknod", call_mknod},
    {"unlink", unlink},
    {"link, first", call_link_from},
    {"link, second", call_link_to},
    {"rename, first", call_rename_from},
    {"rename, second", call_rename_to},
};

void
expect_path_refused(const char *path)
{
    if (!exists("refused.old"))
        make_file("refused.old", "old");
    for (size_t i = 0; i < sizeof(path_calls) / sizeof(path_calls[0]); i++) {
        remark("%s of the path at 0x%lx", path_calls[i].name, (long)path);
        EXPECT(path_calls[i].call(path), -1);
    }
    remark("%s", "");
    CHECK(exists("refused.old"));
}
