/*
 * stressfs: several processes write, read back and remove files at once.
 *
 *     stressfs [PROCESSES [ROUNDS]]
 *
 * Each has a file of its own; its contents depend on process, round and place,
 * so a block that went to the wrong file or place is found.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fcntl.h"

enum {
    PROCESSES = 5,
    ROUNDS = 4,
    PROCESSES_MAX = 64,
    ROUNDS_MAX = 100000,
    WORDS = 1500,               // 6,000 bytes a write: never on a block's edge
    WRITES = 20,
};

static uint32_t words[WORDS];

/* What stands at a place of the file: no two places have the same. */
static uint32_t
word_at(int who, int round, int part, int i)
{
    return (uint32_t)(who << 24 | (round & 0xff) << 16) ^
        (uint32_t)(part * WORDS + i);
}

static void
fail(int who, int round, const char *what)
{
    printf("stressfs: process %d, round %d: %s\n", who, round, what);
    exit(1);
}

static void
write_file(const char *name, int who, int round)
{
    int fd = open(name, O_CREATE | O_TRUNC | O_WRONLY);
    if (fd < 0)
        fail(who, round, "cannot create its file");
    for (int part = 0; part < WRITES; part++) {
        for (int i = 0; i < WORDS; i++)
            words[i] = word_at(who, round, part, i);
        if (write(fd, words, sizeof(words)) != (int)sizeof(words))
            fail(who, round, "cannot write all");
    }
    close(fd);
}

static void
check_file(const char *name, int who, int round)
{
    int fd = open(name, O_RDONLY);
    if (fd < 0)
        fail(who, round, "its file is gone");
    for (int part = 0; part < WRITES; part++) {
        if (read(fd, words, sizeof(words)) != (int)sizeof(words))
            fail(who, round, "cannot read all");
        for (int i = 0; i < WORDS; i++)
            if (words[i] != word_at(who, round, part, i))
                fail(who, round, "read something else than it wrote");
    }
    if (read(fd, words, 1) != 0)
        fail(who, round, "its file is longer than written");
    close(fd);
}

static void
work(int who, int rounds)
{
    char name[15];
    snprintf(name, sizeof(name), "stressfs.%d", who);
    for (int round = 0; round < rounds; round++) {
        write_file(name, who, round);
        check_file(name, who, round);
        if (unlink(name) != 0)
            fail(who, round, "cannot remove its file");
    }
    exit(0);
}

int
main(int argc, char *argv[])
{
    int processes = argc > 1 ? parse_number(argv[1], PROCESSES_MAX) : PROCESSES;
    int rounds = argc > 2 ? parse_number(argv[2], ROUNDS_MAX) : ROUNDS;
    if (argc > 3 || processes < 1 || rounds < 1) {
        dprintf(2, "usage: stressfs [PROCESSES [ROUNDS]]\n");
        return 2;
    }
    int started = 0, failed = 0;
    for (; started < processes; started++) {
        int pid = fork();
        if (pid < 0)
            break;
        if (pid == 0)
            work(started, rounds);
    }
    for (int i = 0; i < started; i++) {
        int status = -1;
        failed += wait(&status) < 0 || status != 0;
    }
    if (failed > 0 || started < processes) {
        printf("stressfs: %d failed, %d not started\n", failed,
               processes - started);
        return 1;
    }
    printf("stressfs: %d processes, %d rounds each: OK\n", processes, rounds);
    return 0;
}
