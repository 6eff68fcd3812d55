/* Random calls, made in the file system and in the model. */
#include "calls.h"

#include "fcntl.h"      // before stdio.h, which makes macros of its names

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "stat.h"
#include "sched/proc.h"
#include "fs/inode.h"
#include "fs/ops.h"
#include "fs/path.h"
#include "file/file.h"
#include "host.h"
#include "model.h"

enum { MAX_PATH = 128, MAX_WRITE = 300000 };

/* One process: its world, its open files, its luck. */
struct process {
    struct world world;
    struct random random;
    struct history *history;
    struct {
        struct file *file;
        struct node *node;
        int flags;
        uint32_t off;
    } open[MAX_OPEN];
    struct node scratch;        // stands for any file of a damaged image
    char path[MAX_PATH], path2[MAX_PATH];
    char what[2 * MAX_PATH + 64];       // the call, for messages
};

static const char BIG_PATH[] = "/big";
enum { BIG_SIZE = 40 * WRITE_MAX };         // 640 blocks

static const struct plan *plan;
static struct history *histories;
static struct process processes[MAX_WORLDS];
static pde_t user;              // &user stands for a process's page directory
static const char *const roots[MAX_WORLDS] = { "/p0", "/p1", "/p2", "/p3" };

/* Reading the real file system, below the level of descriptors. */

static uint64_t
inode_hash(uint32_t inum)
{
    static __thread uint8_t bytes[MAX_BYTES];
    struct inode *ip = inode_get(inum);
    uint64_t contents = 0;

    if (ip == NULL || inode_lock(ip) < 0)
        fail("inode %u cannot be locked", inum);
    int type = ip->d.type, nlink = ip->d.nlink, major = ip->d.major;
    uint32_t size = ip->d.size;
    if (inode_read(ip, NULL, (uintptr_t)bytes, 0, size) != (int)size)
        fail("inode %u cannot be read", inum);
    inode_unlock(ip);
    inode_put(ip);
    if (type == T_FILE)
        contents = hash_bytes(bytes, size);
    if (type == T_DIR) {
        struct dirent entries[4096];
        memcpy(entries, bytes, size);
        for (uint32_t i = 2; i < size / sizeof(entries[0]); i++) {
            char name[DIRSIZ + 1] = "";
            memcpy(name, entries[i].name, DIRSIZ);
            if (entries[i].inum != 0)
                contents += hash_entry(name, inode_hash(entries[i].inum));
        }
    }
    return hash_inode(type, nlink, major, size, contents);
}

uint64_t
directory_hash(int world)
{
    struct inode *ip = path_lookup(roots[world]);

    if (ip == NULL)
        fail("%s is gone", roots[world]);
    uint32_t inum = inode_number(ip);
    inode_put(ip);
    return inode_hash(inum);
}

static void
compare(struct process *p, int world)
{
    if (plan->free_for_all || disk_failed)
        return;
    if (directory_hash(world) != world_hash(p->world.root))
        fail("seed %llu: after %s: %s is not as it should be",
             (unsigned long long)plan->seed, p->what, roots[world]);
}

/* Random arguments. */

static void
random_path(struct process *p, char *path)
{
    static const char *const names[] = {
        "a", "b", "c", "d", "ee", "ff", "exactly14chars", "a", "b", "c",
        "exactly15chars!", ".", "..",
    };

    do {
        char *at = path;
        if (draw(&p->random, 8) == 0)
            at += sprintf(at, "%s/", p->world.root_path);
        int depth = 1 + draw(&p->random, 3);
        for (int i = 0; i < depth; i++)
            at += sprintf(at, "%s%s", i > 0 ? "/" : "",
                          names[draw(&p->random, 13)]);
        if (draw(&p->random, 16) == 0)
            at += sprintf(at, "/");
        if (draw(&p->random, 64) == 0)
            *path = '\0';
    } while (model_leaves(&p->world, path));
}

static void
random_bytes(struct process *p, uint8_t *bytes, size_t n)
{
    uint32_t seed = draw(&p->random, UINT32_MAX);

    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)((seed + i) * 2654435761u >> 24);
}

static uint32_t
random_size(struct process *p)
{
    switch (draw(&p->random, 6)) {
    case 0: return 1 + draw(&p->random, plan->largest);
    case 1: return BSIZE;
    case 2: return 1 + draw(&p->random, 3 * BSIZE);
    default: return 1 + draw(&p->random, 200);
    }
}

/* The record of what may be found after a power cut. */

static struct call *
this_call(struct process *p)
{
    return &p->history->calls[p->history->ncalls];
}

static void
add_state(struct process *p)
{
    if (p->history == NULL)
        return;
    struct call *call = this_call(p);
    if (call->nstates == MAX_STATES)
        fail("too many states");
    call->states[call->nstates++] = world_hash(p->world.root);
}

/*
 * Shall the model make the call too?  Not if it failed for want of something
 * that the model does not know of.  If the disk failed to write, nobody knows
 * whether it was made: the state with it is as good as the one without.
 */
static bool
is_made(int result)
{
    return result >= 0 || !plan->scarce || disk_failed;
}

/* Is this the result that the model has? */
static void
check(struct process *p, int result, int expected)
{
    if (result == expected || plan->free_for_all ||
        (result < expected && plan->scarce))
        return;
    fail("seed %llu: %s returns %d, must be %d",
         (unsigned long long)plan->seed, p->what, result, expected);
}

/* Notes what is being done, for messages. */
static void __attribute__((format(printf, 2, 3)))
say(struct process *p, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(p->what, sizeof(p->what), fmt, args);
    va_end(args);
}

/* The calls. */

static void
call_make(struct process *p)
{
    int type = draw(&p->random, 4) == 0 ? T_DEV : T_DIR;
    int major = type == T_DEV ? 1 + draw(&p->random, 2) : 0;

    say(p, "make %s, type %d", p->path, type);
    struct inode *ip = fs_create(p->path, type, major, 0);
    int result = ip != NULL ? 0 : -1;
    inode_put(ip);
    if (is_made(result))
        check(p, result, model_make(&p->world, p->path, type, major));
}

static void
call_unlink(struct process *p)
{
    say(p, "unlink %s", p->path);
    int result = fs_unlink(p->path);
    if (is_made(result))
        check(p, result, model_unlink(&p->world, p->path));
}

static void
call_link(struct process *p)
{
    say(p, "link %s %s", p->path, p->path2);
    int result = fs_link(p->path, p->path2);
    if (is_made(result))
        check(p, result, model_link(&p->world, p->path, p->path2));
}

static void
call_rename(struct process *p)
{
    say(p, "rename %s %s", p->path, p->path2);
    int result = fs_rename(p->path, p->path2);
    if (is_made(result))
        check(p, result, model_rename(&p->world, p->path, p->path2));
}

static void
call_chdir(struct process *p)
{
    say(p, "chdir %s", p->path);
    struct inode *ip = path_lookup(p->path);
    int result = -1;
    if (ip != NULL && inode_lock(ip) == 0) {
        result = ip->d.type == T_DIR ? 0 : -1;
        inode_unlock(ip);
    }
    if (result == 0) {
        inode_put(proc->cwd);
        proc->cwd = ip;
    } else {
        inode_put(ip);
    }
    if (is_made(result))
        check(p, result, model_chdir(&p->world, p->path));
}

static void
call_open(struct process *p, int i)
{
    static const int flags[] = {
        O_RDONLY, O_RDWR, O_RDWR | O_CREATE, O_WRONLY | O_CREATE | O_TRUNC,
        O_RDWR | O_CREATE | O_APPEND, O_RDWR | O_TRUNC, O_RDONLY | O_CREATE,
        O_RDONLY | O_TRUNC, 3, 0x1000,
    };

    p->open[i].flags = flags[draw(&p->random, 10)];
    say(p, "open %s, flags %#x", p->path, p->open[i].flags);
    p->open[i].file = file_open(p->path, p->open[i].flags);
    p->open[i].off = 0;
    int result = p->open[i].file != NULL ? 0 : -1;
    if (is_made(result))
        check(p, result, model_open(&p->world, p->path, p->open[i].flags,
                                    &p->open[i].node));
    if (plan->free_for_all)
        p->open[i].node = &p->scratch;
}

static void
call_write(struct process *p, int i)
{
    static __thread uint8_t bytes[MAX_WRITE];
    struct node *node = p->open[i].node;
    size_t n = random_size(p);
    uint32_t off = p->open[i].flags & O_APPEND ? node->size : p->open[i].off;

    say(p, "write %zu bytes at %u", n, off);
    random_bytes(p, bytes, n);
    bool good = draw(&p->random, 16) != 0;
    int result = file_transfer(p->open[i].file, true, &user,
                            good ? (uintptr_t)bytes : 0, n);
    if ((p->open[i].flags & O_ACCMODE) == O_RDONLY || !good) {
        check(p, result, -1);
        return;
    }
    int expected = off >= MAX_BYTES ? -1
                   : n < MAX_BYTES - off ? (int)n : MAX_BYTES - (int)off;
    check(p, result, expected);
    if (disk_failed)
        result = expected;
    // Each piece is atomic, so a power cut may leave some of them.
    for (int done = 0; done < result; done += WRITE_MAX) {
        int piece = result - done < WRITE_MAX ? result - done : WRITE_MAX;
        model_write(node, bytes + done, off + done, piece);
        add_state(p);
    }
    if (result > 0)
        p->open[i].off = off + result;
}

static void
call_read(struct process *p, int i)
{
    static __thread uint8_t bytes[MAX_WRITE];
    struct node *node = p->open[i].node;
    uint32_t off = p->open[i].off;
    uint32_t n = random_size(p);
    uint32_t left = off < node->size ? node->size - off : 0;

    say(p, "read %u bytes at %u", n, off);
    int result = file_transfer(p->open[i].file, false, &user,
            (uintptr_t)bytes, n);
    check(p, result, p->open[i].flags & O_WRONLY ? -1 : n < left ? (int)n
                                                            : (int)left);
    if (result <= 0 || plan->free_for_all)
        return;
    if (memcmp(bytes, node->data + off, result) != 0)
        fail("seed %llu: %s: wrong bytes", (unsigned long long)plan->seed,
             p->what);
    p->open[i].off += result;
}

static void
call_seek(struct process *p, int i)
{
    uint32_t off = draw(&p->random, plan->largest + 2 * BSIZE);

    if (draw(&p->random, 32) == 0)
        off = MAX_BYTES - draw(&p->random, 300);
    say(p, "seek to %u", off);
    int result = file_seek(p->open[i].file, off, SEEK_SET);
    check(p, result, off);
    if (result >= 0)
        p->open[i].off = off;
}

static void
call_close(struct process *p, int i)
{
    say(p, "close");
    file_close(p->open[i].file);
    p->open[i].file = NULL;
}

/* A call on an open file; what is not open is opened first. */
static void
call_file(struct process *p)
{
    int i = draw(&p->random, MAX_OPEN);

    if (p->open[i].file == NULL) {
        call_open(p, i);
        return;
    }
    int choice = draw(&p->random, 8);
    if (choice == 0)
        call_close(p, i);
    else if (p->open[i].node->type != T_FILE)
        return;
    else if (choice == 1)
        call_seek(p, i);
    else if (choice < 4)
        call_read(p, i);
    else
        call_write(p, i);
}

/* The large file, which drives all else out of the cache when it is read. */

static uint32_t big[WRITE_MAX / 4];

void
make_big(void)
{
    struct file *file = file_open(BIG_PATH, O_WRONLY | O_CREATE);

    for (uint32_t at = 0; file != NULL && at < BIG_SIZE; at += WRITE_MAX) {
        for (uint32_t i = 0; i < WRITE_MAX / 4; i++)
            big[i] = at + 4 * i;
        if (file_transfer(file, true, NULL,
                (uintptr_t)big, WRITE_MAX) != WRITE_MAX)
            fail("%s cannot be written", BIG_PATH);
    }
    file_close(file);
}

/* Each word in the large file is its own offset. */
static void
read_big(struct process *p)
{
    uint32_t words[2 * BSIZE / 4];
    uint32_t off = draw(&p->random, BIG_SIZE - sizeof(words)) / 4 * 4;
    struct file *file = file_open(BIG_PATH, O_RDONLY);
    int n = -1;

    if (file != NULL && file_seek(file, off, SEEK_SET) == (int)off)
        n = file_transfer(file, false, NULL, (uintptr_t)words, sizeof(words));
    if (file != NULL)
        file_close(file);
    if (n != sizeof(words) && !plan->faulty_reads)
        fail("%s cannot be read", BIG_PATH);
    for (int i = 0; i < n / 4; i++) {
        if (words[i] != off + 4 * i)
            fail("%s: wrong bytes at %u", BIG_PATH, off + 4 * i);
    }
}

static void
random_call(struct process *p)
{
    random_path(p, p->path);
    random_path(p, p->path2);
    switch (draw(&p->random, 12)) {
    case 0: call_make(p); break;
    case 1: call_make(p); break;
    case 2: call_unlink(p); break;
    case 3: call_unlink(p); break;
    case 4: call_link(p); break;
    case 5: call_rename(p); break;
    case 6: call_chdir(p); break;
    default: call_file(p); break;
    }
}

static void
one_call(struct process *p, int world)
{
    uint64_t before = p->history != NULL ? world_hash(p->world.root) : 0;

    if (plan->faulty_reads && draw(&p->random, 4) == 0)
        faults.read = 1 + draw(&p->random, 4);
    for (int i = 0; plan->pressure && i < 3; i++)
        read_big(p);
    random_call(p);
    faults.read = 0;
    if (p->history != NULL) {
        struct call *call = &p->history->calls[p->history->ncalls];
        if (call->nstates == 0 && world_hash(p->world.root) != before)
            add_state(p);
        call->returned = disk_failed ? SIZE_MAX : record->nevents;
        p->history->ncalls++;
    }
    compare(p, world);
}

static void
process_main(int world)
{
    struct process *p = &processes[world];

    memset(p, 0, sizeof(*p));
    p->random = random_from(plan->seed, 100 + world);
    world_create(&p->world, roots[world]);
    p->scratch.type = T_FILE;
    proc->cwd = path_lookup(roots[world]);
    if (histories != NULL) {
        p->history = &histories[world];
        memset(p->history, 0, sizeof(*p->history));
        p->history->first = world_hash(p->world.root);
    }
    for (int i = 0; proc->cwd != NULL && i < plan->ncalls && !disk_failed; i++)
        one_call(p, world);
    for (int i = 0; i < MAX_OPEN; i++) {
        if (p->open[i].file != NULL)
            file_close(p->open[i].file);
    }
    inode_put(proc->cwd);
    if (proc->cwd != NULL)
        compare(p, world);
}

void
make_calls(const struct plan *new_plan, struct history *new_histories)
{
    plan = new_plan;
    histories = new_histories;
    run_processes(plan->nworlds, process_main, plan->seed);
}

void
make_worlds(int nworlds)
{
    for (int i = 0; i < nworlds; i++)
        inode_put(fs_create(roots[i], T_DIR, 0, 0));
}

/* Removes all that is in the directory `path`, an array with room for more. */
static void
remove_below(char *path)
{
    size_t length = strlen(path);
    struct file *dir = file_open(path, O_RDONLY);
    struct dirent entry;

    if (dir == NULL)
        fail("%s cannot be opened", path);
    while (file_transfer(dir, false, NULL,
            (uintptr_t)&entry, sizeof(entry)) > 0) {
        if (entry.inum == 0 || strcmp(entry.name, ".") == 0 ||
            strcmp(entry.name, "..") == 0)
            continue;
        sprintf(path + length, "/%.*s", DIRSIZ, entry.name);
        if (fs_unlink(path) < 0) {
            remove_below(path);
            if (fs_unlink(path) < 0)
                fail("%s cannot be removed", path);
        }
        path[length] = '\0';
    }
    file_close(dir);
}

void
remove_all(void)
{
    char path[4096] = "/";

    remove_below(path);
}
